"""
Files that somebody asked for; which warned words a reason was given for; breaks of the audit chain; one hit once.

Revision: 0012, after: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WITH_REASONS = ("send_intents", "mass_messages", "welcome_texts")

FROM_HITS = """
UPDATE {table} SET confirmed_for = found.words FROM (
  SELECT subject, confirmed_reason, jsonb_agg(DISTINCT
    entry_id || ':' || substring(passage FROM marked_start + 1 FOR marked_end - marked_start)) AS words
  FROM hits WHERE confirmed_reason IS NOT NULL GROUP BY subject, confirmed_reason
) AS found WHERE found.confirmed_reason = {table}.confirmed_reason AND found.subject = {subject}
"""
"""What was confirmed before this column: the hits know it."""


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("press_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("header", postgresql.JSONB(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("format IN ('csv', 'xlsx')", name=op.f("ck_exports_format")),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'failed', 'cancelled', 'expired')", name=op.f("ck_exports_state")
        ),
        sa.CheckConstraint("state <> 'done' OR sha256 IS NOT NULL", name=op.f("ck_exports_done_with_sum")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["members.id"], name="fk_exports_asked_by_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
        sa.UniqueConstraint("asked_by_id", "press_id", name="uq_exports_asked_by_id_press_id"),
    )
    op.create_index("ix_exports_asked_by_id", "exports", ["asked_by_id", "id"])
    op.create_table(
        "export_pieces",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("is_rows", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["exports.id"], name="fk_export_pieces_export_id_exports", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "is_rows", "number", name="pk_export_pieces"),
    )
    for table in WITH_REASONS:
        op.add_column(
            table, sa.Column("confirmed_for", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)
        )
    op.execute(FROM_HITS.format(table="mass_messages", subject="'mass_message:' || mass_messages.id"))
    op.execute(FROM_HITS.format(table="welcome_texts", subject="'welcome'"))
    op.alter_column("hits", "preview_key", new_column_name="once_key")
    op.execute("ALTER TABLE hits RENAME CONSTRAINT uq_hits_preview_key TO uq_hits_once_key")
    op.create_table(
        "audit_breaks",
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("check_id", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_audit_breaks"),
    )


def downgrade() -> None:
    op.drop_table("audit_breaks")
    op.execute("ALTER TABLE hits RENAME CONSTRAINT uq_hits_once_key TO uq_hits_preview_key")
    op.alter_column("hits", "once_key", new_column_name="preview_key")
    for table in WITH_REASONS:
        op.drop_column(table, "confirmed_for")
    op.drop_table("export_pieces")
    op.drop_table("exports")
