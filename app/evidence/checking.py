"""Whether a pack is as it was made: needs neither server nor database nor network."""

import hashlib
import json
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.audit.anchors import Anchor
from app.evidence import proof
from app.evidence.packing import INCIDENT, PAGE, PROOF, SUMS

_COMPARED = ("actor", "actor_name", "action", "subject", "details", "at")
LARGEST = 200_000_000
"""Bytes of all files of a pack, unpacked."""


class NoPack(Exception):
    """A Chinese sentence says why the file cannot be a pack."""


@dataclass(frozen=True)
class Checked:
    """
    :param problems: Chinese sentences; none if all is as it was.
    :param sums_hash: to be compared with the entry 「导出证据包」 of the audit log.
    :param covered: entries with a number in them that was covered: only their place is proven.
    :param proven: entries that were calculated along the chain; `anchored` of the spans pass an anchor.
    """

    problems: list[str]
    sums_hash: str
    title: str
    covered: int
    proven: int
    spans: int
    anchored: int


def check(path: Path, *, kept: Collection[Anchor] = ()) -> Checked:
    """
    :param kept: anchors that the checker has from elsewhere; those in the pack have to be among them.
    :raises NoPack:
    """
    files = _files(path)
    problems = _sums(files)
    proven = 0
    try:
        given, incident = json.loads(files[PROOF]), json.loads(files[INCIDENT])
        title, spans = str(incident["title"]), given["spans"]
        covered = sum(bool(each["covered"]) for each in incident["audit"])
        try:
            proven = proof.check(given)
        except proof.Broken as broken:
            problems.append(str(broken))
        else:
            problems += [*_shown(incident, given), *_foreign(given, kept)]
    except (KeyError, ValueError, TypeError):
        raise NoPack("内容读不懂，可能不是证据包，或已经损坏") from None
    return Checked(
        problems,
        hashlib.sha256(files[SUMS]).hexdigest(),
        title,
        covered,
        proven,
        len(spans),
        sum(each["anchored_to"] is not None for each in spans),
    )


def _files(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(each.file_size for each in archive.infolist()) > LARGEST:
                raise NoPack("文件太大，不像证据包")
            names = archive.namelist()
            if len(names) != len(set(names)):
                raise NoPack("包里有同名文件")
            files = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
        raise NoPack("不是 ZIP 文件，或已经损坏") from None
    missing = {SUMS, PAGE, INCIDENT, PROOF} - files.keys()
    if missing:
        raise NoPack(f"缺少 {'、'.join(sorted(missing))}，不是完整的证据包")
    return files


def _sums(files: dict[str, bytes]) -> list[str]:
    listed = {}
    for line in files[SUMS].decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    problems = [
        f"{name} 被改过" for name, digest in listed.items() if name in files and _sum(files[name]) != digest
    ]
    problems += [f"{name} 不见了" for name in listed.keys() - files.keys()]
    problems += [f"多出了 {name}" for name in files.keys() - listed.keys() - {SUMS}]
    return problems


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _shown(incident: Any, given: Any) -> list[str]:
    """What the page and the tables say of the log has to be what the chain proves."""
    proven = {step["number"]: step for span in given["spans"] for step in span["steps"]}
    problems = []
    for entry in incident["audit"]:
        step = proven.get(entry["number"])
        if step is None or ("entry" in step) == entry["covered"]:
            problems.append(f"审计记录第 {entry['number']} 条没有证明")
        elif not entry["covered"] and any(step["entry"][name] != entry[name] for name in _COMPARED):
            problems.append(f"审计记录第 {entry['number']} 条与证明不一致")
    return problems


def _foreign(given: Any, kept: Collection[Anchor]) -> list[str]:
    known = {each.link.hex() for each in kept}
    if not known:
        return []
    return [
        f"第 {each['number']} 条的库外留存不在你提供的留存文件里"
        for each in given["anchors"]
        if each["link"] not in known
    ]
