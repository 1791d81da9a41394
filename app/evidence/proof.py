"""
Proof that audit entries stood in the chain, without showing the entries between them: from each to the next anchor
only the digests of what lies between are given, and everybody can calculate along. Pure.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.audit import anchors
from app.audit.chain import Entry, canonical, content_of, digest_of, linked

Span = tuple[int, int]


class Broken(Exception):
    """A Chinese sentence says what is not as it should be."""


def spans(concerned: Sequence[int], ends: Mapping[int, int]) -> list[Span]:
    """
    What has to be shown: from each entry to the anchor that vouches for it, those that overlap taken together.

    :param ends: entry number → number of its anchor, or of the chain's last entry.
    """
    merged: list[Span] = []
    for first in sorted(concerned):
        last = ends[first]
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def span_as_json(rows: Sequence[Entry], concerned: frozenset[int], anchored: frozenset[int]) -> dict[str, Any]:
    """
    :param rows: consecutive entries; of those not `concerned` nothing but the digest is shown.
    :param anchored: numbers for which the proof has an anchor.
    """
    return {
        "previous_hash": rows[0].prev_hash.hex(),
        "first": rows[0].number,
        "last": rows[-1].number,
        "last_hash": rows[-1].hash.hex(),
        "anchored_to": max((row.number for row in rows if row.number in anchored), default=None),
        "steps": [_step(row, shown=row.number in concerned) for row in rows],
    }


def _step(row: Entry, *, shown: bool) -> dict[str, Any]:
    step: dict[str, Any] = {"number": row.number, "digest": digest_of(row).hex()}
    if row.seal is None:
        # From before there were seals: its hash cannot be calculated from the digest, so it is taken as it stands.
        step["hash"] = row.hash.hex()
    if shown:
        step["entry"] = content_of(row)
    return step


def check(proof: Mapping[str, Any]) -> int:
    """
    Calculate along every span, past every anchor in it.

    :returns: how many entries are proven.
    :raises Broken: at the first thing that is not as it says.
    :raises KeyError, ValueError, TypeError: if it is no proof.
    """
    kept = [anchors.from_json(each) for each in proof["anchors"]]
    for anchor in kept:
        if not anchors.is_linked(anchor):
            raise Broken(f"第 {anchor.number} 条的库外留存被改过")
    return sum(_check_span(span, anchors.numbered(kept)) for span in proof["spans"])


def _check_span(span: Mapping[str, Any], kept: Mapping[int, Sequence[anchors.Anchor]]) -> int:
    entry_hash, proven, anchored_to = bytes.fromhex(span["previous_hash"]), 0, None
    for number, step in zip(_counted(span), span["steps"], strict=True):
        if step["number"] != number:
            raise Broken(f"审计记录第 {number} 条不在证明里")
        digest = bytes.fromhex(step["digest"])
        if "entry" in step:
            if digest_of_content(step["entry"]) != digest or step["entry"]["number"] != number:
                raise Broken(f"审计记录第 {number} 条的内容被改过")
            proven += 1
        entry_hash = bytes.fromhex(step["hash"]) if "hash" in step else linked(entry_hash, digest)
        for anchor in kept.get(number, ()):
            if anchor.hash != entry_hash:
                raise Broken(f"审计记录第 {number} 条与库外留存不同")
            anchored_to = number
    if entry_hash.hex() != span["last_hash"]:
        raise Broken(f"审计记录第 {span['first']} 到第 {span['last']} 条连不成链")
    if span["anchored_to"] != anchored_to:
        raise Broken(f"审计记录第 {span['first']} 到第 {span['last']} 条的库外留存与所说的不符")
    return proven


def _counted(span: Mapping[str, Any]) -> Iterator[int]:
    return iter(range(span["first"], span["last"] + 1))


def digest_of_content(content: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical(dict(content))).digest()
