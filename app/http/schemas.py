"""Bases of the shapes that go in and out."""

from typing import Annotated, Any

from flask import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Schema(BaseModel):
    """A request body or an answer. Unknown keys are refused, so that nobody sets a column by guessing its name."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Query(Schema):
    """Parameters after the `?`. Lists are repeated keys or separated by commas."""


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("文字里有无法保存的控制字符")
    return text


Text = Annotated[str, AfterValidator(_no_nul)]
"""A text that PostgreSQL can store."""


class Page(Query):
    """Which part of a long list."""

    page: int = Field(default=1, ge=1, le=10_000)
    page_size: int = Field(default=20, ge=1, le=100)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


def no_content() -> Response:
    return Response(status=204)


def plain(errors: list[Any]) -> dict[str, str]:
    """pydantic's errors as field → one Chinese sentence."""
    return {".".join(str(part) for part in each["loc"]) or "body": _sentence(each) for each in errors}


def _sentence(error: Any) -> str:
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    template = _SENTENCES.get(kind)
    return template.format(**context) if template else "填写的内容不对，请检查"


_SENTENCES = {
    "missing": "必须填写",
    "extra_forbidden": "不认识这一项",
    "string_too_long": "最多 {max_length} 个字",
    "string_too_short": "至少 {min_length} 个字",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "int_parsing": "必须是整数",
    "int_type": "必须是整数",
    "bool_parsing": "必须是“是”或“否”",
    "string_type": "必须是文字",
    "list_type": "必须是列表",
    "dict_type": "必须是对象",
    "enum": "只能是 {expected} 之一",
    "literal_error": "只能是 {expected} 之一",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "greater_than": "必须大于 {gt}",
    "less_than": "必须小于 {lt}",
    "datetime_parsing": "时间格式不对，例：2026-11-22T10:00:00+08:00",
    "timezone_aware": "时间必须带时区",
    "uuid_parsing": "编号格式不对",
    "json_invalid": "不是有效的 JSON",
    "string_pattern_mismatch": "格式不对",
}
