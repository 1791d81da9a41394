"""A database role that runs the product and cannot change the audit log: triggers stop mistakes, rights intent."""

from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

FINAL = ("audit_entries", "audit_anchors")
"""Tables in which that role may add and read, and nothing else."""


def grant_to(session: Session, role: str) -> None:
    """
    Only the owner of the tables can. Doing it again, after a migration, gives what new tables need.

    :param role: exists already, and owns nothing.
    """
    quoted = postgresql.dialect().identifier_preparer.quote_identifier(role)  # type: ignore[no-untyped-call]
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
        *(f"REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {table} FROM {{}}" for table in FINAL),
        "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {}",
    ):
        session.execute(text(statement.format(quoted)))
