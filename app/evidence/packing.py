"""A pack is a ZIP: a page for people, JSON and tables for programs, the proof, and their SHA-256 sums. Pure."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.compliance.spreadsheet import written
from app.evidence.content import tables
from app.evidence.page import as_page

SUMS = "SHA256SUMS"
PAGE, INCIDENT, PROOF = "证据摘要.html", "incident.json", "chain-proof.json"
_STAMP = (1980, 1, 1, 0, 0, 0)
"""The same incident makes the same bytes; when it was packed stands inside."""


@dataclass(frozen=True)
class Pack:
    """
    :param sums_hash: SHA-256 of the list of sums: stands for the whole pack.
    """

    content: bytes
    sums_hash: str


def packed(values: Mapping[str, Any], proof: Mapping[str, Any]) -> Pack:
    files = {
        PAGE: as_page(values, proof).encode("utf-8", "replace"),
        INCIDENT: _json(values),
        PROOF: _json(proof),
        **{name: written(header, rows) for name, (header, rows) in tables(values).items()},
    }
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {SUMS: sums, **files}.items():
            member = zipfile.ZipInfo(name, _STAMP)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return Pack(out.getvalue(), hashlib.sha256(sums).hexdigest())


def _json(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8", "replace")
