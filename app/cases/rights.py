"""Who may do what at the compliance desk."""

from app.viewer import Role

READERS = frozenset({Role.COMPLIANCE})
"""Who sees what people wrote. Everybody else sees counts at most."""
