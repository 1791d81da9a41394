"""Walking along the chain: what was changed, removed, inserted, moved, forged or cut off, and where. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from app import clock
from app.audit.anchors import Anchor, AnchorFile
from app.audit.chain import GENESIS, Entry, canonical, is_intact, is_ours

MOST_PROBLEMS = 200
"""Kept and shown; beyond them they are only counted."""


class Kind(StrEnum):
    MISSING = "missing"
    CHANGED = "changed"
    UNLINKED = "unlinked"
    FORGED = "forged"
    CUT = "cut"
    REWRITTEN = "rewritten"
    ANCHORS = "anchors"


_WHAT = {
    Kind.MISSING: "{which}不见了：记录被删除",
    Kind.CHANGED: "{which}的内容与校验值不符：写入之后被改过",
    Kind.UNLINKED: "{which}接不上前一条：中间有记录被删除、插入或调换，或者校验值被改过",
    Kind.FORGED: "{which}没有本系统的签章：不是由本系统写入的（如果换过 SECRET_KEY，更换之前的记录都会这样显示）",
    Kind.CUT: "{which}应当存在（{note} 留存在库外的摘要为证），现在没有：结尾被截掉了",
    Kind.REWRITTEN: "{which}与 {note} 留存在库外的摘要不同：这一条或它前面的记录被整段重写",
    Kind.ANCHORS: "{note}",
}


@dataclass
class Problem:
    """
    :param first: number of the entry; the same holds for all up to `last`.
    :param note: when the anchor was made, or a whole sentence about the file of anchors.
    """

    kind: Kind
    first: int
    last: int
    note: str = ""

    @property
    def fingerprint(self) -> bytes:
        """The same for the same break in every check; where it has grown it is another."""
        return hashlib.sha256(canonical(asdict(self))).digest()

    @property
    def what(self) -> str:
        """A Chinese sentence: what is wrong and where."""
        which = f"第 {self.first} 条" if self.first == self.last else f"第 {self.first} 条到第 {self.last} 条"
        return _WHAT[self.kind].format(which=which, note=self.note)


@dataclass
class Walk:
    """
    :param number: of the last entry that was taken; `hash` is its hash.
    :param is_sealed: a sealed entry was met: after it none may be without a seal.
    """

    number: int = 0
    hash: bytes = GENESIS
    entries: int = 0
    is_sealed: bool = False
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.problem_count

    @property
    def head(self) -> tuple[int, str]:
        return self.number, self.hash.hex()

    def take(self, entries: Iterable[Entry], anchors: Mapping[int, Sequence[Anchor]]) -> None:
        """
        :param entries: those that follow, by number.
        """
        for entry in entries:
            self._take(entry)
            for anchor in anchors.get(entry.number, ()):
                if anchor.hash != entry.hash:
                    self._note(Kind.REWRITTEN, entry.number, note=_time_of(anchor))

    def finish(self, anchors: Sequence[Anchor], *, file_problems: Sequence[str] = ()) -> None:
        """The end was reached: whatever an anchor saw beyond it was cut off."""
        beyond = max(anchors, key=lambda each: each.number, default=None)
        if beyond is not None and beyond.number > self.number:
            self._note(Kind.CUT, self.number + 1, beyond.number, note=_time_of(beyond))
        for sentence in file_problems:
            self._note(Kind.ANCHORS, 0, note=sentence)

    def _take(self, entry: Entry) -> None:
        if entry.number > self.number + 1:
            self._note(Kind.MISSING, self.number + 1, entry.number - 1)
        elif entry.prev_hash != self.hash or entry.number <= self.number:
            self._note(Kind.UNLINKED, entry.number)
        if not is_intact(entry):
            self._note(Kind.CHANGED, entry.number)
        if entry.seal is not None or self.is_sealed:
            self.is_sealed = True
            if not is_ours(entry):
                self._note(Kind.FORGED, entry.number)
        self.number, self.hash = entry.number, entry.hash
        self.entries += 1

    def _note(self, kind: Kind, first: int, last: int | None = None, *, note: str = "") -> None:
        for known in reversed(self.problems[-8:]):
            if (known.kind, known.note, known.last + 1) == (kind, note, first):
                known.last = last or first
                return
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(kind, first, last or first, note))


def as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [asdict(each) for each in problems]


def from_json(rows: Iterable[Mapping[str, Any]]) -> list[Problem]:
    return [Problem(Kind(row["kind"]), row["first"], row["last"], row["note"]) for row in rows]


def problems_of_file(file: AnchorFile, *, known_links: Sequence[bytes], place: str) -> list[str]:
    """
    :param known_links: newest first, what the database remembers to have been written into that file.
    """
    if not known_links:
        return list(file.problems)
    if not file.exists:
        return [f"库外留存文件不见了：{place}"]
    if known_links[0] not in {each.link for each in file.anchors}:
        return [*file.problems, f"库外留存文件里没有最近一次留存：文件被截短或换过（{place}）"]
    return list(file.problems)


def _time_of(anchor: Anchor) -> str:
    return f"{clock.in_shop_time(anchor.at):%Y-%m-%d %H:%M}"
