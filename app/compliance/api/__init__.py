"""The check, the entries of the word list, how a draft is reviewed, and its versions."""

from app.compliance.api import entries, files, review, trying, versions
from app.compliance.api.blueprint import blueprint

__all__ = ["blueprint", "entries", "files", "review", "trying", "versions"]
