"""
Durable jobs.

Revision: 0001, after: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("args", postgresql.JSONB(), nullable=False),
        sa.Column("unique_key", sa.Text(), nullable=True),
        sa.Column("order_key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'dead', 'discarded')", name=op.f("ck_jobs_state")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("unique_key", name="uq_jobs_unique_key"),
    )
    op.create_index("ix_jobs_due", "jobs", ["lane", "due_at", "id"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index(
        "ix_jobs_order", "jobs", ["order_key", "id"], postgresql_where=sa.text("state IN ('waiting', 'running')")
    )
    op.create_index("ix_jobs_lease", "jobs", ["lease_until"], postgresql_where=sa.text("state = 'running'"))
    op.create_index("ix_jobs_dead", "jobs", ["name", "id"], postgresql_where=sa.text("state = 'dead'"))
    op.create_index(
        "ix_jobs_finished", "jobs", ["finished_at"], postgresql_where=sa.text("state IN ('done', 'discarded')")
    )


def downgrade() -> None:
    op.drop_table("jobs")
