"""
Checks a YAML tree against a JSON Schema and says every fault in Chinese, with its place. Understands just
what pack.schema.json uses; an unknown keyword raises, so that the schema cannot promise what is not checked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .yaml_tree import Mapping, Node, Place, Scalar, Sequence

Schema = dict[str, Any]

_CHECKED = {
    *("type", "required", "properties", "additionalProperties", "items", "minItems", "maxItems"),
    *("minLength", "maxLength", "pattern", "enum", "const", "minimum", "uniqueItems", "oneOf", "$ref"),
}
_REMARKS = {"$schema", "$id", "$defs", "title", "description", "examples"}

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Fault:
    place: Place
    field: str
    """Path such as folders[0].scripts[3].title; '' is the file itself."""
    message: str


def faults(node: Node, schema: Schema, *, root: Schema | None = None, field: str = "") -> Iterator[Fault]:
    root = root or schema
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")] | {
            key: value for key, value in schema.items() if key != "$ref"
        }
    unknown = schema.keys() - _CHECKED - _REMARKS
    if unknown:
        raise NotImplementedError(f"schema keyword not checked: {sorted(unknown)}")
    kind = schema.get("type", "object")
    if kind == "object":
        yield from _object(node, schema, root, field)
    elif kind == "array":
        yield from _array(node, schema, root, field)
    else:
        yield from _scalar(node, schema, field)


def _object(node: Node, schema: Schema, root: Schema, field: str) -> Iterator[Fault]:
    if not isinstance(node, Mapping):
        yield Fault(node.place, field, f"{_name(schema, field)}应该是「名字: 内容」这样的几行")
        return
    properties: dict[str, Schema] = schema.get("properties", {})
    for key in schema.get("required", ()):
        if key not in node.entries:
            yield Fault(node.place, _join(field, key), f"缺少 {key}（{properties[key].get('title', key)}）")
    for key, value in node.entries.items():
        if key in properties:
            yield from faults(value, properties[key], root=root, field=_join(field, key))
        elif schema.get("additionalProperties") is False:
            yield Fault(
                node.keys[key].place,
                _join(field, key),
                f"不认识「{key[:30]}」，可以写的有：{'、'.join(properties)}",
            )
    alternatives = [choice["required"][0] for choice in schema.get("oneOf", ())]
    if alternatives and sum(key in node.entries for key in alternatives) != 1:
        yield Fault(node.place, field, f"{' 和 '.join(alternatives)} 要写一个，而且只能写一个")


def _array(node: Node, schema: Schema, root: Schema, field: str) -> Iterator[Fault]:
    if not isinstance(node, Sequence):
        yield Fault(node.place, field, f"{_name(schema, field)}应该是列表，每项前面加「- 」")
        return
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if len(node.items) < least:
        yield Fault(node.place, field, f"{_name(schema, field)}至少要有 {least} 项")
    if most is not None and len(node.items) > most:
        yield Fault(node.place, field, f"{_name(schema, field)}最多 {most} 项，现在有 {len(node.items)} 项")
    seen: set[str] = set()
    for index, item in enumerate(node.items):
        if schema.get("uniqueItems") and isinstance(item, Scalar):
            if item.value in seen:
                yield Fault(item.place, f"{field}[{index}]", f"「{item.value[:30]}」写了两次")
            seen.add(item.value)
        yield from faults(item, schema["items"], root=root, field=f"{field}[{index}]")


def _scalar(node: Node, schema: Schema, field: str) -> Iterator[Fault]:
    name = _name(schema, field)
    if not isinstance(node, Scalar):
        hint = "；文字里有花括号时请加引号" if isinstance(node, Mapping) else ""
        yield Fault(node.place, field, f"{name}应该是一段文字{hint}")
        return
    message = _integer_fault(node, schema) if schema["type"] == "integer" else _text_fault(node, schema)
    if message:
        yield Fault(node.place, field, f"{name}{message}")


def _integer_fault(node: Scalar, schema: Schema) -> str | None:
    if node.style is not None or not _INTEGER.fullmatch(node.value):
        return "应该是整数，不加引号"
    if "const" in schema and int(node.value) != schema["const"]:
        return f"只能是 {schema['const']}；这个文件可能来自更新的版本"
    if int(node.value) < schema.get("minimum", int(node.value)):
        return f"不能小于 {schema['minimum']}"
    return None


def _text_fault(node: Scalar, schema: Schema) -> str | None:
    value = node.value.strip()
    if (node.is_null or not value) and schema.get("minLength", 0):
        return "不能为空"
    if len(value) > schema.get("maxLength", len(value)):
        return f"太长：最多 {schema['maxLength']} 个字，现在有 {len(value)} 个"
    if "enum" in schema and value not in schema["enum"]:
        return f"不能是「{value[:30]}」，可以写的有：{'、'.join(schema['enum'])}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"写法不对：{schema.get('description', schema['pattern'])}"
    return None


def _name(schema: Schema, field: str) -> str:
    return f"{schema.get('title') or field or '文件'} "


def _join(field: str, key: str) -> str:
    return f"{field}.{key[:30]}" if field else key[:30]
