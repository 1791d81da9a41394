"""Changing the draft, and publishing it: by a second person, or at once where that only tightens."""

from app.compliance.actions.bulk import Bulk, change_many
from app.compliance.actions.categories import add_category
from app.compliance.actions.drafts import (
    add_entries,
    add_entry,
    change_entry,
    get_entry,
    give_to,
    remove_entry,
    restore,
    revert_entry,
)
from app.compliance.actions.proposals import (
    approve,
    confirm_urgent,
    publish_urgently,
    refuse_unchanged,
    reject,
    submit,
    withdraw,
)
from app.compliance.actions.publishing import publish, seed

__all__ = [
    "Bulk",
    "add_category",
    "add_entries",
    "add_entry",
    "approve",
    "change_entry",
    "change_many",
    "confirm_urgent",
    "get_entry",
    "give_to",
    "publish",
    "publish_urgently",
    "refuse_unchanged",
    "reject",
    "remove_entry",
    "restore",
    "revert_entry",
    "seed",
    "submit",
    "withdraw",
]
