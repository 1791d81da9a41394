"""Script packs (话术包): their format, variables and rendering, lint, ranked search, and a starter pack."""

from .catalogue import Catalogue, Source, Variable, standard_catalogue
from .lint import Finding, Severity, lint
from .model import SITUATIONS, Folder, Pack, Part, Script
from .pack_file import InvalidPack, Problem, dump_pack, load_pack, parse_pack, starter_pack
from .pinyin import is_pinyin_query, pinyin_initials, pinyin_match, pinyin_pairs, pinyin_splits
from .search import Document, Ranked, SearchIndex, documents_of, rank
from .template import (
    InvalidTemplate,
    InvalidValue,
    Rendered,
    Span,
    TemplateProblem,
    literal,
    render,
    template_problems,
    variables_in,
    with_foreign_variables,
)
from .words import bigrams, fold, tokens

__all__ = [
    "SITUATIONS",
    "Catalogue",
    "Document",
    "Finding",
    "Folder",
    "InvalidPack",
    "InvalidTemplate",
    "InvalidValue",
    "Pack",
    "Part",
    "Problem",
    "Ranked",
    "Rendered",
    "Script",
    "SearchIndex",
    "Severity",
    "Source",
    "Span",
    "TemplateProblem",
    "Variable",
    "bigrams",
    "documents_of",
    "dump_pack",
    "fold",
    "is_pinyin_query",
    "lint",
    "literal",
    "load_pack",
    "parse_pack",
    "pinyin_initials",
    "pinyin_match",
    "pinyin_pairs",
    "pinyin_splits",
    "rank",
    "render",
    "standard_catalogue",
    "starter_pack",
    "template_problems",
    "tokens",
    "variables_in",
    "with_foreign_variables",
]
