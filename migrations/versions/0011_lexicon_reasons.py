"""
Why an entry of the draft was changed, and what a replay had to assume of a text.

Revision: 0011, after: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lexicon_entries", sa.Column("draft_why", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "lexicon_replay_findings",
        sa.Column("assumed", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("lexicon_replay_findings", "assumed")
    op.drop_column("lexicon_entries", "draft_why")
