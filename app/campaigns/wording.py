"""What the text of a mass message may hold, and how one sender's customers read it."""

from collections.abc import Mapping

from app.config import settings
from app.errors import Invalid
from scripts_library import InvalidTemplate, render, variables_in

KNOWN = frozenset({"导购名", "门店名"})
"""One task has one text for all its customers: only what belongs to its sender can be filled in."""
LONGEST_BYTES = 4000
"""Of the filled-in text, https://developer.work.weixin.qq.com/document/path/92135."""
ROOM_FOR_NAMES = 200
"""Bytes kept for the names, so that what was approved never turns out too long for one sender."""


def check_text(text: str) -> None:
    """
    :raises Invalid: with a sentence for the field `text`.
    """
    try:
        used = {each.name for each in variables_in(text)}
    except InvalidTemplate as error:
        raise _refusal(str(error)) from None
    if unknown := used - KNOWN:
        names = "、".join(f"{{{name}}}" for name in sorted(unknown))
        raise _refusal(f"同一位导购的客户收到同样的文字，只能用 {{导购名}} 和 {{门店名}}，不能用 {names}")
    longest = LONGEST_BYTES - (ROOM_FOR_NAMES if used else 0)
    if (size := len(text.encode())) > longest:
        raise _refusal(f"太长：最多约 {longest // 3} 个汉字，多了约 {-(-(size - longest) // 3)} 个")


def filled(text: str, values: Mapping[str, str]) -> str:
    """
    The text as this sender's customers read it.

    :raises Invalid: if something it needs is not known of the sender.
    """
    rendered = render(text, values)
    if rendered.missing:
        raise _refusal(f"不知道{'、'.join(rendered.missing)}")
    return rendered.text


def _refusal(sentence: str) -> Invalid:
    return Invalid(f"群发内容有问题：{sentence}。", fields={"text": sentence})


def stopped(mass_message_id: int, version: int) -> str:
    """For who wrote it: no word of it, which would keep the message itself from leaving."""
    return (
        f"按词库第 {version} 版，你的一条群发没有全部发出：有不能发的词，或者新列入的词还没有说明理由。"
        f"请看：{settings().public_url.rstrip('/')}/console/mass/{mass_message_id}/progress"
    )
