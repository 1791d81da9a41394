"""Remarks, descriptions and tag names leave to WeCom, so the word filter sees them before they are kept."""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy.orm import Session

from app.compliance.checks import passed
from app.viewer import Viewer

INTERNAL = "只有本企业成员看得到"
"""Why a warning does not stop these texts: no customer reads them. What is forbidden stays forbidden."""


def cleared(
    session: Session,
    viewer: Viewer,
    texts: Mapping[str, str | None],
    *,
    channel: Literal["remark", "tag_name"],
    subject: str,
) -> dict[str, str | None]:
    """
    The same texts as they may leave; hits are recorded.

    :raises Blocked: if one holds a word that may not leave. Hits are kept even so.
    :raises CheckUnavailable: if the filter does not answer: it fails closed.
    """
    return {
        field: text
        and passed(
            session,
            text,
            channel=channel,
            on_behalf_of=viewer.userid,
            subject=subject,
            confirmed_reason=INTERNAL,
        ).text
        for field, text in texts.items()
    }
