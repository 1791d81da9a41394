"""Remarks, descriptions and the names of tags and codes leave to WeCom, so the word filter sees them before."""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy.orm import Session

from app.compliance.clearing import ClearedText, clear
from app.viewer import Viewer

INTERNAL = "只有本企业成员看得到"
"""Why a warning does not stop these texts: no customer reads them. What is forbidden stays forbidden."""


def writing_of(follow_id: int, number: int) -> str:
    """Names one edit of remark and description, from the press until WeCom has it."""
    return f"remark:{follow_id}:{number}"


def cleared(
    session: Session,
    texts: Mapping[str, str | None],
    *,
    channel: Literal["remark", "tag_name"],
    on_behalf_of: str,
    subject: str,
    occasion: str | None = None,
    is_try: bool = False,
    by: Viewer | None = None,
) -> dict[str, ClearedText]:
    """
    Those of the texts that are given, as they may leave; hits are recorded.

    :param occasion: of the whole edit; each field of it is one of its own. :param is_try: as for `clear`.
    :param by: as for `clear`.
    :raises Blocked: if one holds a word that may not leave. Hits are kept even so.
    :raises CheckUnavailable: if the filter does not answer: it fails closed.
    """
    return {
        field: clear(
            session,
            text,
            channel=channel,
            on_behalf_of=on_behalf_of,
            subject=subject,
            confirmed_reason=INTERNAL,
            occasion=f"{occasion}:{field}" if occasion else None,
            is_try=is_try,
            by=by,
        )
        for field, text in texts.items()
        if text is not None
    }
