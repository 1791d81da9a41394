"""Where plans ask before they send: what `app.compliance.clearing` cleared is what the ledger takes."""

from app.compliance.clearing import ClearedText, clear

__all__ = ["ClearedText", "clear"]
