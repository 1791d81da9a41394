"""
Proposals of the word list and who decided on them; replays of a draft.

Revision: 0007, after: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AUTHORS_OF_WHAT_IS_DRAFTED = """
UPDATE lexicon_entries SET draft_written_by = ARRAY[members.id]
FROM members WHERE members.userid = lexicon_entries.author AND lexicon_entries.status <> 'published'
"""
OWNERS = "UPDATE lexicon_entries SET owner = author"
CATEGORIES_IN_USE = """
INSERT INTO lexicon_categories (name, created_by, created_at)
SELECT category, min(author), min(created_at) FROM lexicon_entries
WHERE category NOT IN
  ('competitor', 'insult', 'industry', 'rude', 'advertising', 'superstition_politics', 'custom')
GROUP BY category
"""


def upgrade() -> None:
    op.add_column("lexicon_entries", sa.Column("owner", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "lexicon_entries",
        sa.Column("draft_written_by", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
    )
    op.create_table(
        "lexicon_categories",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lexicon_categories"),
    )
    for statement in (AUTHORS_OF_WHAT_IS_DRAFTED, OWNERS, CATEGORIES_IN_USE):
        op.execute(statement)
    _proposals()
    _replays()


def _proposals() -> None:
    op.create_table(
        "lexicon_proposals",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("written_by", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("impact", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('review', 'urgent')", name=op.f("ck_lexicon_proposals_kind")),
        sa.CheckConstraint(
            "state IN ('submitted', 'published', 'rejected', 'withdrawn', 'voided')",
            name=op.f("ck_lexicon_proposals_state"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (version IS NOT NULL)",
            name=op.f("ck_lexicon_proposals_published_as_a_version"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'rejected') OR kind = 'urgent' OR decided_by_id IS NOT NULL",
            name=op.f("ck_lexicon_proposals_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR NOT decided_by_id = ANY (written_by)",
            name=op.f("ck_lexicon_proposals_decided_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["members.id"], name="fk_lexicon_proposals_submitted_by_id_members"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name="fk_lexicon_proposals_decided_by_id_members"
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["lexicon_versions.version"], name="fk_lexicon_proposals_version_lexicon_versions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lexicon_proposals"),
        sa.UniqueConstraint("version", name="uq_lexicon_proposals_version"),
    )
    op.create_index(
        "uq_lexicon_proposals_submitted",
        "lexicon_proposals",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.create_index(
        "ix_lexicon_proposals_unconfirmed",
        "lexicon_proposals",
        ["id"],
        postgresql_where=sa.text("kind = 'urgent' AND decided_by_id IS NULL"),
    )


def _replays() -> None:
    op.create_table(
        "lexicon_replays",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("entries", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                "total",
                "done",
                "live",
                "new_hits",
                "lost_hits",
                "changed_hits",
                "blocked",
                "samples",
            )
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'failed', 'cancelled')", name=op.f("ck_lexicon_replays_state")
        ),
        sa.CheckConstraint(
            "state <> 'running' OR entries IS NOT NULL", name=op.f("ck_lexicon_replays_running_has_a_draft")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["members.id"], name="fk_lexicon_replays_started_by_id_members"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lexicon_replays"),
    )
    op.create_index(
        "uq_lexicon_replays_one_running",
        "lexicon_replays",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index("ix_lexicon_replays_started_at", "lexicon_replays", ["started_at"])
    op.create_table(
        "lexicon_replay_findings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("replay_id", sa.Integer(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("source", "subject", "title", "channel", "owner")
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("marked_start", sa.Integer(), nullable=False),
        sa.Column("marked_end", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "difference IN ('new', 'lost', 'changed')", name=op.f("ck_lexicon_replay_findings_difference")
        ),
        sa.ForeignKeyConstraint(
            ["replay_id"],
            ["lexicon_replays.id"],
            name="fk_lexicon_replay_findings_replay_id_lexicon_replays",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lexicon_replay_findings"),
    )
    op.create_index("ix_lexicon_replay_findings_replay_id", "lexicon_replay_findings", ["replay_id", "id"])


def downgrade() -> None:
    for table in ("lexicon_replay_findings", "lexicon_replays", "lexicon_proposals", "lexicon_categories"):
        op.drop_table(table)
    op.drop_column("lexicon_entries", "draft_written_by")
    op.drop_column("lexicon_entries", "owner")
