"""
How customers come: contact codes, welcome texts, welcomes.

Revision: 0004, after: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("config_id", sa.Text(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("qr_code", sa.Text(), nullable=False),
        sa.Column("welcome_text", sa.Text(), nullable=True),
        sa.Column("life", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("life IN ('creating', 'live', 'failed', 'ended')", name=op.f("ck_contact_codes_life")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_contact_codes_member_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_codes"),
        sa.UniqueConstraint("state", name="uq_contact_codes_state"),
        sa.UniqueConstraint("config_id", name="uq_contact_codes_config_id"),
    )
    op.create_index("ix_contact_codes_member_id", "contact_codes", ["member_id"])
    op.create_table(
        "welcome_texts",
        sa.Column("store_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("confirmed_reason", sa.Text(), nullable=True),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name="pk_welcome_texts"),
    )
    op.create_table(
        "welcomes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_welcomes_member_id_members"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_welcomes_customer_id_customers"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_welcomes"),
    )
    op.create_index("ix_welcomes_happened_at", "welcomes", ["happened_at"])


def downgrade() -> None:
    for table in ("welcomes", "welcome_texts", "contact_codes"):
        op.drop_table(table)
