"""
What WeCom's own intercept rules should be and were.

Revision: 0009, after: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interception_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("semantics", postgresql.JSONB(), nullable=False),
        sa.Column("accepted", postgresql.JSONB(), nullable=False),
        sa.Column("others", postgresql.JSONB(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_version", sa.Integer(), nullable=True),
        sa.Column("carried_on", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_by_name", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_interception_settings_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_interception_settings"),
    )
    op.create_table(
        "intercept_rules",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("stores", postgresql.JSONB(), nullable=False),
        sa.Column("words", postgresql.JSONB(), nullable=False),
        sa.Column("seen", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('calling', 'unknown', 'live', 'missing')", name=op.f("ck_intercept_rules_state")
        ),
        sa.CheckConstraint(
            "(state = 'live') = (rule_id IS NOT NULL)", name=op.f("ck_intercept_rules_live_has_rule_id")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_intercept_rules"),
        sa.UniqueConstraint("name", name="uq_intercept_rules_name"),
        sa.UniqueConstraint("rule_id", name="uq_intercept_rules_rule_id"),
    )
    op.create_table(
        "interception_refused_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_interception_refused_words"),
    )
    op.create_table(
        "interception_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_by_name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("lexicon_version", sa.Integer(), nullable=True),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("act IN ('look', 'keep', 'update', 'remove')", name=op.f("ck_interception_runs_act")),
        sa.CheckConstraint("state IN ('open', 'done', 'failed')", name=op.f("ck_interception_runs_state")),
        sa.PrimaryKeyConstraint("id", name="pk_interception_runs"),
    )
    op.create_index(
        "uq_interception_runs_one_open",
        "interception_runs",
        ["act"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_interception_runs_started_at", "interception_runs", ["started_at"])


def downgrade() -> None:
    for table in (
        "interception_runs",
        "interception_refused_words",
        "intercept_rules",
        "interception_settings",
    ):
        op.drop_table(table)
