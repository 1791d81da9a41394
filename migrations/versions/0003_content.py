"""
Content: the word list with its versions and hits, scripts, and what leaves: intents, ledger, switches.

Revision: 0003, after: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSE_CHANGES = """
CREATE FUNCTION lexicon_versions_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'published versions are final' USING ERRCODE = 'restrict_violation';
END $$
"""

TABLES = (
    "send_intent_parts",
    "send_intents",
    "script_uses",
    "script_favourites",
    "scripts",
    "hits",
    "sends",
    "send_switches",
    "script_missed_searches",
    "script_folders",
    "store_details",
    "lexicon_versions",
    "lexicon_entries",
)


def upgrade() -> None:
    op.create_table(
        "lexicon_entries",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("draft", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("published", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Text(),
            sa.Computed(
                "CASE WHEN draft IS NULL THEN 'draft_removed' WHEN published IS NULL THEN 'draft_new' "
                "WHEN draft <> published THEN 'draft_changed' ELSE 'published' END",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "draft IS NOT NULL OR published IS NOT NULL", name=op.f("ck_lexicon_entries_drafted_or_published")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lexicon_entries"),
    )
    op.create_index(
        "ix_lexicon_entries_unpublished",
        "lexicon_entries",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status <> 'published'"),
    )
    op.create_index(
        "uq_lexicon_entries_text",
        "lexicon_entries",
        ["category", "text"],
        unique=True,
        postgresql_where=sa.text("draft IS NOT NULL"),
    )
    op.create_table(
        "lexicon_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", postgresql.JSONB(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_by_name", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_lexicon_versions"),
    )
    op.create_table(
        "store_details",
        sa.Column("department_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("department_id", name="pk_store_details"),
    )
    op.create_table(
        "script_folders",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pack_key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["script_folders.id"], name="fk_script_folders_parent_id_script_folders"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_script_folders"),
        sa.UniqueConstraint("pack_key", name="uq_script_folders_pack_key"),
    )
    op.create_index("ix_script_folders_parent_id", "script_folders", ["parent_id", "position", "id"], unique=False)
    op.create_table(
        "script_missed_searches",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_script_missed_searches"),
        sa.UniqueConstraint("query", name="uq_script_missed_searches_query"),
    )
    op.create_table(
        "send_switches",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_by_name", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_send_switches"),
    )
    op.create_table(
        "sends",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attachments", postgresql.JSONB(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("lexicon_version", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.CheckConstraint("state IN ('calling', 'accepted', 'refused', 'unknown')", name=op.f("ck_sends_state")),
        sa.PrimaryKeyConstraint("id", name="pk_sends"),
        sa.UniqueConstraint("key", name="uq_sends_key"),
    )
    op.create_index(
        "ix_sends_calling", "sends", ["claimed_at"], unique=False, postgresql_where=sa.text("state = 'calling'")
    )
    op.create_index("ix_sends_claimed_at", "sends", ["claimed_at", "id"], unique=False)
    op.create_index(
        "ix_sends_unsettled",
        "sends",
        ["state", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('refused', 'unknown')"),
    )
    op.create_table(
        "hits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("marked_start", sa.Integer(), nullable=False),
        sa.Column("marked_end", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("matched_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("lexicon_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("confirmed_reason", sa.Text(), nullable=True),
        sa.Column("sent_instead", sa.Text(), nullable=True),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("preview_key", sa.LargeBinary(), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_hits_member_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_hits"),
        sa.UniqueConstraint("preview_key", name="uq_hits_preview_key"),
    )
    op.create_index("ix_hits_at", "hits", ["at", "id"], unique=False)
    op.create_index("ix_hits_category", "hits", ["category", "at"], unique=False)
    op.create_index("ix_hits_entry_id", "hits", ["entry_id", "at"], unique=False)
    op.create_table(
        "scripts",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("shortcuts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("situations", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pack_key", sa.Text(), nullable=True),
        sa.Column("grams", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("pinyin", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["script_folders.id"], name="fk_scripts_folder_id_script_folders"),
        sa.PrimaryKeyConstraint("id", name="pk_scripts"),
        sa.UniqueConstraint("pack_key", name="uq_scripts_pack_key"),
    )
    op.create_index(
        "ix_scripts_folder_id",
        "scripts",
        ["folder_id", "position", "id"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_index("ix_scripts_grams", "scripts", ["grams"], unique=False, postgresql_using="gin")
    op.create_index("ix_scripts_pinyin", "scripts", ["pinyin"], unique=False, postgresql_using="gin")
    op.create_table(
        "script_favourites",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("script_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_script_favourites_member_id_members", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["script_id"], ["scripts.id"], name="fk_script_favourites_script_id_scripts"),
        sa.PrimaryKeyConstraint("member_id", "script_id", name="pk_script_favourites"),
    )
    op.create_table(
        "script_uses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("script_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_edited", sa.Boolean(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_script_uses_member_id_members"),
        sa.ForeignKeyConstraint(["script_id"], ["scripts.id"], name="fk_script_uses_script_id_scripts"),
        sa.PrimaryKeyConstraint("id", name="pk_script_uses"),
        sa.UniqueConstraint("key", name="uq_script_uses_key"),
    )
    op.create_index("ix_script_uses_member_id", "script_uses", ["member_id", "at"], unique=False)
    op.create_index("ix_script_uses_script_id", "script_uses", ["script_id", "at"], unique=False)
    op.create_table(
        "send_intents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("press_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("script_id", sa.Integer(), nullable=True),
        sa.Column("blanks", postgresql.JSONB(), nullable=False),
        sa.Column("was_edited", sa.Boolean(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("check", postgresql.JSONB(), nullable=False),
        sa.Column("confirmed_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(entry = 'single' AND customer_id IS NOT NULL AND group_id IS NULL)"
            " OR (entry = 'group' AND group_id IS NOT NULL AND customer_id IS NULL)",
            name=op.f("ck_send_intents_one_subject"),
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_send_intents_customer_id_customers"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["customer_groups.id"], name="fk_send_intents_group_id_customer_groups"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_send_intents_member_id_members"),
        sa.ForeignKeyConstraint(["script_id"], ["scripts.id"], name="fk_send_intents_script_id_scripts"),
        sa.PrimaryKeyConstraint("id", name="pk_send_intents"),
        sa.UniqueConstraint("member_id", "press_id", name="uq_send_intents_member_id_press_id"),
    )
    op.create_index("ix_send_intents_created_at", "send_intents", ["created_at", "id"], unique=False)
    op.create_index("ix_send_intents_customer_id", "send_intents", ["customer_id", "created_at"], unique=False)
    op.create_table(
        "send_intent_parts",
        sa.Column("intent_id", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('checked', 'handing', 'handed', 'cancelled', 'refused', 'unknown')",
            name=op.f("ck_send_intent_parts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"],
            ["send_intents.id"],
            name="fk_send_intent_parts_intent_id_send_intents",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("intent_id", "index", name="pk_send_intent_parts"),
    )
    op.execute(REFUSE_CHANGES)
    op.execute(
        "CREATE TRIGGER lexicon_versions_no_change BEFORE UPDATE OR DELETE ON lexicon_versions"
        " FOR EACH ROW EXECUTE FUNCTION lexicon_versions_are_final()"
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION lexicon_versions_are_final()")
