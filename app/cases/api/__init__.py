"""Routes of the compliance desk: hits, and what people make of them."""

from app.cases.api import hits
from app.cases.api.blueprint import blueprint

__all__ = ["blueprint", "hits"]
