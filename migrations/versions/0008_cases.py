"""
Objections to hits, cases with their notes, who is told, and how long it is kept.

Revision: 0008, after: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REFUSE_CHANGES = """
CREATE FUNCTION case_notes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('guidedesk.pruning', true) = 'cases' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'notes of a case stay as they were written' USING ERRCODE = 'restrict_violation';
END $$
"""

TABLES = (
    "case_notes",
    "case_hits",
    "cases",
    "objections",
    "hit_notices",
    "hit_subscriptions",
    "desk_rules",
)


def upgrade() -> None:
    op.create_table(
        "desk_rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_times", sa.Integer(), nullable=False),
        sa.Column("category_times", sa.Integer(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "entry_times BETWEEN 0 AND 100 AND category_times BETWEEN 0 AND 100", name=op.f("ck_desk_rules_times")
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_desk_rules_one_row")),
        sa.CheckConstraint("keep_days BETWEEN 180 AND 3650", name=op.f("ck_desk_rules_keep_days")),
        sa.PrimaryKeyConstraint("id", name="pk_desk_rules"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_cases_closed_at")),
        sa.CheckConstraint("state = 'open' OR conclusion IS NOT NULL", name=op.f("ck_cases_concluded")),
        sa.CheckConstraint("state IN ('open', 'reviewed', 'closed')", name=op.f("ck_cases_state")),
        sa.ForeignKeyConstraint(["assignee_id"], ["members.id"], name="fk_cases_assignee_id_members"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_cases_member_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_changed_at", "cases", ["changed_at", "id"])
    op.create_index("ix_cases_member_id", "cases", ["member_id", "opened_at"])
    op.create_index(
        "uq_cases_about",
        "cases",
        ["member_id", "about"],
        unique=True,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "hit_notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('digest', 'at_once', 'answer')", name=op.f("ck_hit_notices_kind")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_hit_notices_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hit_notices"),
        sa.UniqueConstraint("member_id", "kind", "key", name="uq_hit_notices_member_id_kind_key"),
    )
    op.create_table(
        "hit_subscriptions",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("wants_digest", sa.Boolean(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("categories", postgresql.JSONB(), nullable=False),
        sa.Column("actions", postgresql.JSONB(), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_hit_subscriptions_digest_hour")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_hit_subscriptions_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name="pk_hit_subscriptions"),
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("lexicon_version", sa.Integer(), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("marked_start", sa.Integer(), nullable=False),
        sa.Column("marked_end", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("exception", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)", name=op.f("ck_objections_answered")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_objections_state")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_objections_member_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_objections"),
        sa.UniqueConstraint(
            "member_id", "entry_id", "text_hash", name="uq_objections_member_id_entry_id_text_hash"
        ),
    )
    op.create_index("ix_objections_at", "objections", ["at"])
    op.create_index("ix_objections_entry_id", "objections", ["entry_id", "at"])
    op.create_index("ix_objections_open", "objections", ["entry_id"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "case_hits",
        sa.Column("hit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_hits_case_id_cases", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["hit_id"], ["hits.id"], name="fk_case_hits_hit_id_hits"),
        sa.PrimaryKeyConstraint("hit_id", name="pk_case_hits"),
    )
    op.create_index("ix_case_hits_case_id", "case_hits", ["case_id"])
    op.create_table(
        "case_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("press_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('note', 'opened', 'state', 'assigned', 'hits')", name=op.f("ck_case_notes_kind")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_notes_case_id_cases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_case_notes"),
        sa.UniqueConstraint("case_id", "press_id", name="uq_case_notes_case_id_press_id"),
    )
    op.create_index("ix_case_notes_case_id", "case_notes", ["case_id", "id"])
    op.create_index("ix_hits_member_id", "hits", ["member_id", "at"])
    op.create_index("ix_hits_text_hash", "hits", ["text_hash"])

    op.execute(REFUSE_CHANGES)
    op.execute(
        "CREATE TRIGGER case_notes_no_change BEFORE UPDATE OR DELETE ON case_notes"
        " FOR EACH ROW EXECUTE FUNCTION case_notes_stay()"
    )


def downgrade() -> None:
    op.drop_index("ix_hits_text_hash", table_name="hits")
    op.drop_index("ix_hits_member_id", table_name="hits")
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION case_notes_stay()")
