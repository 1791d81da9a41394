"""How a cleared text and its attachments become the body of a send, within WeCom's limits in bytes."""

from typing import Any

from app.errors import Invalid
from app.wecom.cleared import Cleared, require_cleared

LONGEST_TEXT_BYTES = 4000
MOST_ATTACHMENTS = 9


def message_parts(cleared: Cleared, *, longest_bytes: int = LONGEST_TEXT_BYTES) -> dict[str, Any]:
    """
    `text` and `attachments` of a welcome or a mass message.

    :raises Invalid: if it is empty or too long: WeCom would cut or refuse it.
    """
    require_cleared(cleared)
    text, attachments = cleared.text, [dict(each) for each in cleared.attachments]
    if not text and not attachments:
        raise Invalid("内容是空的：请填写文字或添加附件。")
    if len(attachments) > MOST_ATTACHMENTS:
        raise Invalid(f"附件太多：最多 {MOST_ATTACHMENTS} 个。")
    parts: dict[str, Any] = {"attachments": attachments} if attachments else {}
    return {"text": {"content": within(text, longest_bytes)}, **parts} if text else parts


def within(text: str, longest_bytes: int) -> str:
    """
    :raises Invalid: if the text has more bytes in UTF-8; a Chinese character has three.
    """
    size = len(text.encode())
    if size > longest_bytes:
        raise Invalid(
            f"内容太长：最多约 {longest_bytes // 3} 个汉字，现在多了约 {-(-(size - longest_bytes) // 3)} 个。"
        )
    return text
