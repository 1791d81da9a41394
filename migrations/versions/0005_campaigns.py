"""
Mass messages: drafts and approvals, their parts, recipients and reminders.

Revision: 0005, after: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mass_messages",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", postgresql.JSONB(), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("confirmed_reason", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_comment", sa.Text(), nullable=False),
        sa.Column("approved_hash", sa.LargeBinary(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_out", postgresql.JSONB(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'pending_approval', 'approved', 'scheduled', 'sending', 'done', 'cancelled',"
            " 'rejected')",
            name=op.f("ck_mass_messages_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'scheduled', 'sending', 'done') OR approved_hash IS NOT NULL",
            name=op.f("ck_mass_messages_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "approved_hash IS NULL OR (decided_by_id IS NOT NULL AND NOT decided_by_id = ANY (written_by))",
            name=op.f("ck_mass_messages_approved_by_another"),
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["members.id"], name="fk_mass_messages_created_by_id_members"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["members.id"], name="fk_mass_messages_decided_by_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_mass_messages"),
    )
    op.create_index("ix_mass_messages_created_by_id", "mass_messages", ["created_by_id", "id"])
    op.create_index("ix_mass_messages_state", "mass_messages", ["state", "id"])
    op.create_table(
        "mass_message_parts",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("mass_message_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("msgid", sa.Text(), nullable=True),
        sa.Column("candidates", postgresql.JSONB(), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'created' OR msgid IS NOT NULL", name=op.f("ck_mass_message_parts_created_has_msgid")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'created', 'refused', 'unknown', 'ambiguous', 'not_created', 'cancelled')",
            name=op.f("ck_mass_message_parts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["mass_message_id"], ["mass_messages.id"], name="fk_mass_message_parts_mass_message_id_mass_messages"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_mass_message_parts_member_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_mass_message_parts"),
        sa.UniqueConstraint(
            "mass_message_id", "member_id", "number", name="uq_mass_message_parts_mass_message_id_member_id_number"
        ),
        sa.UniqueConstraint("msgid", name="uq_mass_message_parts_msgid"),
    )
    op.create_index("ix_mass_message_parts_member_id", "mass_message_parts", ["member_id"])
    op.create_table(
        "mass_message_recipients",
        sa.Column("mass_message_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('unsent', 'sent', 'not_friend', 'over_cap', 'refused', 'cancelled')",
            name=op.f("ck_mass_message_recipients_state"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_mass_message_recipients_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(
            ["mass_message_id"],
            ["mass_messages.id"],
            name="fk_mass_message_recipients_mass_message_id_mass_messages",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_mass_message_recipients_member_id_members"
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["mass_message_parts.id"], name="fk_mass_message_recipients_part_id_mass_message_parts"
        ),
        sa.PrimaryKeyConstraint("mass_message_id", "customer_id", name="pk_mass_message_recipients"),
    )
    op.create_index("ix_mass_message_recipients_part_id", "mass_message_recipients", ["part_id", "state"])
    op.create_index(
        "ix_mass_message_recipients_received",
        "mass_message_recipients",
        ["customer_id", "sent_at"],
        postgresql_where=sa.text("state IN ('sent', 'unsent')"),
    )
    op.create_table(
        "mass_message_reminders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("by_member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_member_id"], ["members.id"], name="fk_mass_message_reminders_by_member_id_members"
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["mass_message_parts.id"], name="fk_mass_message_reminders_part_id_mass_message_parts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_message_reminders"),
    )
    op.create_index("ix_mass_message_reminders_part_id", "mass_message_reminders", ["part_id", "at"])


def downgrade() -> None:
    for table in (
        "mass_message_reminders",
        "mass_message_recipients",
        "mass_message_parts",
        "mass_messages",
    ):
        op.drop_table(table)
