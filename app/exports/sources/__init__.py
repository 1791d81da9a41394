"""Every list that can be taken away as a file. A new one is a module here and a line below."""

from collections.abc import Mapping

from app.exports.source import Source
from app.exports.sources.audit import AUDIT
from app.exports.sources.cases import CASES
from app.exports.sources.hits import HITS
from app.exports.sources.objections import OBJECTIONS
from app.exports.sources.trends import TRENDS

SOURCES: Mapping[str, Source] = {
    "hits": HITS,
    "cases": CASES,
    "objections": OBJECTIONS,
    "trends": TRENDS,
    "audit": AUDIT,
}
