"""The same change to many entries of the draft: told before it is made how many it will touch, and which not."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.audit.actions import record
from app.compliance import queries
from app.compliance.actions import drafts
from app.compliance.models import LexiconEntry
from app.errors import Conflict, Invalid
from app.viewer import Viewer

Act = Literal["change", "remove", "revert", "give"]
MOST_ENTRIES = 2000


@dataclass(frozen=True)
class Skipped:
    entry_id: int
    text: str
    why: str


@dataclass
class Bulk:
    """
    :param touched: ids of what was, or would be, changed.
    :param revertible: those of them that said what is published, so that a revert undoes exactly this.
    """

    touched: list[int] = field(default_factory=list)
    revertible: list[int] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def change_many(
    session: Session,
    viewer: Viewer,
    entry_ids: Sequence[int],
    act: Act,
    *,
    fields: Mapping[str, Any],
    owner: str = "",
    why: str = "",
    dry_run: bool,
) -> Bulk:
    """
    :param fields: of `change`: category, action, valid_until; null takes a value away.
    :param owner: of `give`: the userid of who answers for them from now on.
    :param why: for whoever approves it, and for the audit; nothing that is published goes without.
    :param dry_run: only tell what would happen.
    :raises Invalid: if there are too many, or the change itself cannot be made.
    """
    wanted = sorted(set(entry_ids))
    if len(wanted) > MOST_ENTRIES:
        raise Invalid(
            f"一次最多改 {MOST_ENTRIES} 条，选中了 {len(wanted)} 条，请先筛一筛。", code="too_many_entries"
        )
    if act == "give" and queries.active_member(session, owner) is None:
        raise Invalid("负责人要是在职的成员。", fields={"owner": "没有这位在职的成员"})
    work = _Work(session, viewer, fields, owner.lower(), why)
    result = Bulk()
    rows = {row.id: row for row in queries.entries_by_id(session, wanted)}
    if act == "remove" and not dry_run:
        drafts.require_reason(rows.values(), why)
    result.skipped += [Skipped(each, "", "已被别人删除") for each in wanted if each not in rows]
    with contextlib.suppress(_OnlyTold), session.begin_nested():
        for row in rows.values():
            _note(result, work, act, row)
        if dry_run:
            raise _OnlyTold
    if result.touched and not dry_run:
        if act != "give":
            drafts.void_proposals(session, viewer)
        said = {"fields": dict(fields)} if act == "change" else {"owner": owner} if act == "give" else {}
        record(
            session,
            viewer,
            "lexicon.entries_changed",
            subject="lexicon",
            act=act,
            why=why,
            entries=work.told,
            skipped=len(result.skipped),
            **said,
        )
    return result


class _OnlyTold(Exception):
    """Nothing of it shall stay."""


def _note(result: Bulk, work: "_Work", act: Act, row: LexiconEntry) -> None:
    entry_id, text, was_published = row.id, row.text, drafts.is_published(row)
    reason = work.skip_reason(act, row)
    if reason:
        result.skipped.append(Skipped(entry_id, text, reason))
        return
    result.touched.append(entry_id)
    if was_published and act in ("change", "remove"):
        result.revertible.append(entry_id)


class _Work:
    """Does an act to one entry after the other; what cannot be done to one leaves that one alone."""

    def __init__(self, session: Session, viewer: Viewer, fields: Mapping[str, Any], owner: str, why: str) -> None:
        self.session, self.viewer, self.fields, self.owner, self.why = session, viewer, fields, owner, why
        self.told: list[dict[str, Any]] = []

    def skip_reason(self, act: Act, row: LexiconEntry) -> str:
        """Empty once it is done."""
        ways: dict[Act, Callable[[LexiconEntry], Mapping[str, Any] | None]] = {
            "change": self._change,
            "remove": self._remove,
            "revert": self._revert,
            "give": self._give,
        }
        told = {"id": row.id, "text": row.text}
        try:
            with self.session.begin_nested():
                before = ways[act](row)
        except (Invalid, Conflict) as refused:
            return refused.message
        self.told.append({**told, "before": before})
        return ""

    def _change(self, row: LexiconEntry) -> Mapping[str, Any] | None:
        if row.draft is None:
            raise Conflict("草稿里已经删除")
        before = {name: row.draft.get(name) for name in self.fields}
        if not drafts.change_quietly(self.session, self.viewer, row, self.fields, why=self.why):
            raise Conflict("已经是这样")
        return before

    def _remove(self, row: LexiconEntry) -> Mapping[str, Any] | None:
        if row.draft is None:
            raise Conflict("草稿里已经删除")
        before = row.draft
        drafts.remove_quietly(self.session, self.viewer, row, why=self.why)
        return before

    def _revert(self, row: LexiconEntry) -> Mapping[str, Any] | None:
        if row.published is None:
            raise Conflict("还没有发布过，没有可以恢复的内容")
        if drafts.is_published(row):
            raise Conflict("没有改动")
        before = row.draft
        drafts.put(row, row.published, self.viewer)
        drafts.refuse_twin(self.session, row)
        drafts.flush(self.session, row)
        return before

    def _give(self, row: LexiconEntry) -> Mapping[str, Any] | None:
        if row.owner == self.owner:
            raise Conflict("已经由他负责")
        before, row.owner = row.owner, self.owner
        self.session.flush()
        return {"owner": before}
