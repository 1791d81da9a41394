"""
The audit chain's seals, its anchors, and checks of it.

Revision: 0010, after: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FINAL = ("audit_entries", "audit_anchors")
WHEN = {"no_change": "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW", "no_truncate": "BEFORE TRUNCATE ON {}"}


def upgrade() -> None:
    op.add_column("audit_entries", sa.Column("seal", sa.Text(), nullable=True))
    op.create_table(
        "audit_anchors",
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("link", name="pk_audit_anchors"),
    )
    op.create_index("ix_audit_anchors_at", "audit_anchors", ["at"])
    op.create_index("ix_audit_anchors_number", "audit_anchors", ["number"])
    op.create_table(
        "audit_checks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_by_name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("is_sealed", sa.Boolean(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("anchors", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_checks"),
    )
    op.create_index("ix_audit_checks_started_at", "audit_checks", ["started_at"])
    for name, when in WHEN.items():
        op.execute(
            f"CREATE TRIGGER audit_anchors_{name} {when.format('audit_anchors')}"
            " EXECUTE FUNCTION audit_entries_are_final()"
        )
        for table in FINAL:
            # ALWAYS: `session_replication_role = replica` does not switch it off.
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def downgrade() -> None:
    for name in WHEN:
        op.execute(f"ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_{name}")
    op.drop_table("audit_checks")
    op.drop_table("audit_anchors")
    op.drop_column("audit_entries", "seal")
