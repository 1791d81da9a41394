"""Routes of the compliance desk: hits, and what people make of them."""

from app.cases.api import cases, desk, hits, objections, trends
from app.cases.api.blueprint import blueprint

__all__ = ["blueprint", "cases", "desk", "hits", "objections", "trends"]
