"""What a welcome text must say, and how it is filled in. Nobody is there to fill a blank."""

from collections.abc import Mapping

from app.config import settings
from app.errors import Invalid
from scripts_library import InvalidTemplate, render, variables_in

MUST_NAME = {"品牌名": "品牌", "导购名": "导购", "见面礼": "见面礼"}
KNOWN_BY_ITSELF = frozenset({*MUST_NAME, "称呼", "昵称", "门店名", "导购身份"})
LONGEST_BYTES = 3000
"""Of the template; the filled-in text may have 4000, https://developer.work.weixin.qq.com/document/path/92137."""


def check_text(text: str, *, whole: bool) -> None:
    """
    :param whole: it stands alone and must introduce brand, guide and benefit; a code's own text need not.
    :raises Invalid: with a sentence for the field `text`.
    """
    try:
        used = {each.name for each in variables_in(text)}
    except InvalidTemplate as error:
        raise _refusal(str(error)) from None
    if unknown := used - KNOWN_BY_ITSELF:
        names = "、".join(f"{{{name}}}" for name in sorted(unknown))
        raise _refusal(f"欢迎语由系统自动发出，没有人来填空，不能用 {names}")
    if whole and (missing := [name for name in MUST_NAME if name not in used]):
        names = "、".join(f"{{{name}}}" for name in missing)
        raise _refusal(f"欢迎语要介绍品牌、导购和见面礼，还缺 {names}")
    if len(text.encode()) > LONGEST_BYTES:
        raise _refusal(f"太长：最多约 {LONGEST_BYTES // 3} 个汉字")


def filled(text: str, values: Mapping[str, str]) -> str | None:
    """The text as the customer reads it; None if something it needs is not known."""
    rendered = render(text, {name: value for name, value in values.items() if value})
    return rendered.text if rendered.complete else None


def stopped(version: int) -> str:
    """For who answers for the text: no word of it, which would keep the message itself from leaving."""
    return (
        f"按词库第 {version} 版，你负责的一条欢迎语没有发给新客户：有不能发的词，或者新列入的词还没有说明理由。"
        f"请改一改，或重新保存并写明理由：{settings().public_url.rstrip('/')}/console/codes"
    )


def _refusal(sentence: str) -> Invalid:
    return Invalid(f"欢迎语不能保存：{sentence}。", fields={"text": sentence})
