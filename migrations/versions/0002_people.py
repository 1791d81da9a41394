"""
People: members and stores, roles and sessions, the audit chain, customers, tags, groups, sync runs.

Revision: 0002, after: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSE_CHANGES = """
CREATE FUNCTION audit_entries_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'restrict_violation';
END $$
"""

TABLES = (
    "group_members",
    "customer_groups",
    "tag_changes",
    "tags",
    "tag_groups",
    "customer_events",
    "phone_reveals",
    "follow_phones",
    "follows",
    "customers",
    "sign_ins",
    "used_states",
    "member_roles",
    "member_departments",
    "members",
    "departments",
    "sync_runs",
    "audit_entries",
)


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entries"),
        sa.UniqueConstraint("hash", name="uq_audit_entries_hash"),
    )
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor", "at"], unique=False)
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject", "at"], unique=False)
    op.create_table(
        "customers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("external_user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("avatar", sa.String(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("gender", sa.Integer(), nullable=False),
        sa.Column("corp_name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("unionid", sa.String(), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_added_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("external_user_id", name="uq_customers_external_user_id"),
    )
    op.create_index("ix_customers_first_added_at", "customers", ["first_added_at", "id"], unique=False)
    op.create_table(
        "departments",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_departments"),
    )
    op.create_index("ix_departments_parent_id", "departments", ["parent_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("userid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("avatar", sa.String(), nullable=False),
        sa.Column("main_department_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("serves_customers", sa.Boolean(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("userid = lower(userid)", name=op.f("ck_members_userid_lower")),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("userid", name="uq_members_userid"),
    )
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("parts_open", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("repaired", postgresql.JSONB(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sync_runs"),
    )
    op.create_index("ix_sync_runs_started_at", "sync_runs", ["started_at"], unique=False)
    op.create_index(
        "uq_sync_runs_one_running",
        "sync_runs",
        ["kind"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "tag_groups",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tag_groups"),
    )
    op.create_table(
        "used_states",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_used_states"),
    )
    op.create_table(
        "customer_events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_customer_events_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_customer_events_member_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_events"),
        sa.UniqueConstraint("key", name="uq_customer_events_key"),
    )
    op.create_index("ix_customer_events_customer_id", "customer_events", ["customer_id", "at", "id"], unique=False)
    op.create_table(
        "customer_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner_userid", sa.String(), nullable=False),
        sa.Column("owner_member_id", sa.Integer(), nullable=True),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_version", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_member_id"], ["members.id"], name="fk_customer_groups_owner_member_id_members"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_customer_groups"),
        sa.UniqueConstraint("chat_id", name="uq_customer_groups_chat_id"),
    )
    op.create_index("ix_customer_groups_owner_member_id", "customer_groups", ["owner_member_id"], unique=False)
    op.create_table(
        "follows",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("userid", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("add_way", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("oper_userid", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("tag_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("write_state", sa.Text(), nullable=False),
        sa.Column("write_error", sa.String(), nullable=True),
        sa.Column("write_number", sa.Integer(), nullable=False),
        sa.Column("pending_fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("base_remark", sa.String(), nullable=False),
        sa.Column("base_description", sa.String(), nullable=False),
        sa.Column("tag_write_state", sa.Text(), nullable=False),
        sa.Column("tag_write_error", sa.String(), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_follows_ended_together")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_follows_customer_id_customers"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_follows_member_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
        sa.UniqueConstraint("customer_id", "member_id", name="uq_follows_customer_id_member_id"),
    )
    op.create_index("ix_follows_added_at", "follows", ["added_at"], unique=False)
    op.create_index("ix_follows_member_id", "follows", ["member_id", "added_at"], unique=False)
    op.create_index("ix_follows_tag_ids", "follows", ["tag_ids"], unique=False, postgresql_using="gin")
    op.create_table(
        "member_departments",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_member_departments_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "department_id", name="pk_member_departments"),
    )
    op.create_index(
        "ix_member_departments_department_id", "member_departments", ["department_id", "member_id"], unique=False
    )
    op.create_table(
        "member_roles",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('compliance', 'operator', 'admin')", name=op.f("ck_member_roles_role_is_granted")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_member_roles_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "role", name="pk_member_roles"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_sign_ins_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_expires_at", "sign_ins", ["expires_at"], unique=False)
    op.create_index(
        "ix_sign_ins_open", "sign_ins", ["member_id"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("maintainer", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["tag_groups.id"], name="fk_tags_group_id_tag_groups"),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
    )
    op.create_index("ix_tags_group_id", "tags", ["group_id"], unique=False)
    op.create_table(
        "follow_phones",
        sa.Column("follow_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("blind_index", sa.LargeBinary(), nullable=False),
        sa.Column("masked", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follows.id"], name="fk_follow_phones_follow_id_follows", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follow_id", "position", name="pk_follow_phones"),
    )
    op.create_index("ix_follow_phones_blind_index", "follow_phones", ["blind_index"], unique=False)
    op.create_table(
        "group_members",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("wecom_id", sa.String(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("nickname", sa.String(), nullable=False),
        sa.Column("join_scene", sa.Integer(), nullable=False),
        sa.Column("invitor", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["customer_groups.id"],
            name="fk_group_members_group_id_customer_groups",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_group_members"),
    )
    op.create_index("ix_group_members_group_id", "group_members", ["group_id", "joined_at"], unique=False)
    op.create_index("ix_group_members_left_at", "group_members", ["group_id", "left_at"], unique=False)
    op.create_index("ix_group_members_wecom_id", "group_members", ["wecom_id"], unique=False)
    op.create_index(
        "uq_group_members_present",
        "group_members",
        ["group_id", "wecom_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "phone_reveals",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("follow_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["follow_id"], ["follows.id"], name="fk_phone_reveals_follow_id_follows"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_phone_reveals_member_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_phone_reveals"),
    )
    op.create_index("ix_phone_reveals_member_id", "phone_reveals", ["member_id", "at"], unique=False)
    op.create_table(
        "tag_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("follow_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.String(), nullable=False),
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("by_member_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["by_member_id"], ["members.id"], name="fk_tag_changes_by_member_id_members"),
        sa.ForeignKeyConstraint(["follow_id"], ["follows.id"], name="fk_tag_changes_follow_id_follows"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_tag_changes_tag_id_tags"),
        sa.PrimaryKeyConstraint("id", name="pk_tag_changes"),
    )
    op.create_index("ix_tag_changes_follow_id", "tag_changes", ["follow_id", "state", "id"], unique=False)
    op.execute(REFUSE_CHANGES)
    op.execute(
        "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries"
        " FOR EACH ROW EXECUTE FUNCTION audit_entries_are_final()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_are_final()"
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION audit_entries_are_final()")
