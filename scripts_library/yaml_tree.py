"""
YAML as a tree that remembers line and column. Reads events, not objects: nothing is constructed, aliases
cannot multiply, depth and size are bounded before memory is spent.
"""

from dataclasses import dataclass
from typing import Any

import yaml

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 300_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Place:
    line: int
    column: int


class UnreadableYaml(ValueError):
    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


@dataclass(slots=True)
class Scalar:
    place: Place
    value: str
    style: str | None
    """None for plain, else the YAML indicator: ' \" | >"""

    @property
    def is_null(self) -> bool:
        return self.style is None and self.value in _NULLS


@dataclass(slots=True)
class Sequence:
    place: Place
    items: list["Node"]


@dataclass(slots=True)
class Mapping:
    place: Place
    keys: dict[str, Scalar]
    entries: dict[str, "Node"]

    def text(self, key: str) -> str:
        """The scalar under key, '' if there is none."""
        node = self.entries.get(key)
        return node.value if isinstance(node, Scalar) and not node.is_null else ""

    def items_of(self, key: str) -> list["Node"]:
        node = self.entries.get(key)
        return node.items if isinstance(node, Sequence) else []


Node = Scalar | Sequence | Mapping


def decoded(content: bytes) -> str:
    """:raises UnreadableYaml: too big, or not UTF-8."""
    if len(content) > MAX_BYTES:
        raise UnreadableYaml(Place(1, 1), f"文件太大：最多 {MAX_BYTES // 1024 // 1024} MB，请拆成几个话术包")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableYaml(Place(line, 1), "文件不是 UTF-8 编码，请在编辑器里另存为 UTF-8 再导入") from error


def read_tree(text: str) -> Node:
    """:raises UnreadableYaml: with the place of the first thing that cannot be read."""
    try:
        return _tree(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableYaml(
            _place(mark) if mark else Place(1, 1), f"YAML 写法有误：{_in_chinese(error.problem or '')}"
        ) from error
    except yaml.YAMLError as error:
        line = text.count("\n", 0, max(getattr(error, "position", 0) or 0, 0)) + 1
        raise UnreadableYaml(Place(line, 1), "含有 YAML 不允许的控制字符，请删掉") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnreadableYaml):
            raise
        # PyYAML lets ValueError out for e.g. "\UFFFFFFFF" and lone surrogates.
        raise UnreadableYaml(Place(1, 1), "YAML 写法有误：有无法识别的字符") from error


def _tree(text: str) -> Node:
    documents: list[Node] = []
    open_nodes: list[Sequence | Mapping] = []
    pending_keys: list[Scalar | None] = []
    count = 0
    for event in yaml.parse(text, Loader=_Loader):
        place = _place(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableYaml(place, "话术包里不能用 YAML 的引用（& 和 *），请把内容写全")
        if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            open_nodes.pop()
            pending_keys.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if getattr(event, "tag", None) not in (None, "!"):
            raise UnreadableYaml(place, "话术包里不能用 YAML 的类型标记（!），请直接写内容")
        node = _node(event, place)
        count += 1
        if count > MAX_NODES or len(open_nodes) >= MAX_DEPTH:
            raise UnreadableYaml(place, "嵌套太深或内容太多，这不像一个话术包")
        if not open_nodes:
            documents.append(node)
        else:
            _attach(open_nodes[-1], node, pending_keys)
        if not isinstance(node, Scalar):
            open_nodes.append(node)
            pending_keys.append(None)
    if not documents:
        raise UnreadableYaml(Place(1, 1), "文件是空的")
    if len(documents) > 1:
        raise UnreadableYaml(documents[1].place, "一个文件只能有一个话术包，请删掉多余的「---」")
    return documents[0]


def _node(event: yaml.NodeEvent, place: Place) -> Node:
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(place, event.value, event.style or None)
    return Sequence(place, []) if isinstance(event, yaml.SequenceStartEvent) else Mapping(place, {}, {})


def _attach(parent: Sequence | Mapping, node: Node, pending_keys: list[Scalar | None]) -> None:
    if isinstance(parent, Sequence):
        parent.items.append(node)
        return
    key = pending_keys[-1]
    if key is not None:
        parent.entries[key.value] = node
        pending_keys[-1] = None
        return
    if not isinstance(node, Scalar):
        raise UnreadableYaml(node.place, "冒号左边只能是一个名字；文字里有花括号时请加引号")
    if node.value in parent.keys:
        raise UnreadableYaml(node.place, f"「{node.value[:30]}」写了两次，请删掉一个")
    parent.keys[node.value] = node
    pending_keys[-1] = node


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _in_chinese(problem: str) -> str:
    hints = {
        "mapping values are not allowed": "这一行多了一个英文冒号，文字里有冒号时请加引号",
        "could not find expected ':'": "少了英文冒号，或缩进不对",
        "did not find expected": "缩进或符号不对，请和上一行对齐",
        "expected <block end>": "缩进不对，请和上一行对齐",
        "found character '\\t'": "不能用制表符缩进，请改成空格",
        "found a tab character": "不能用制表符缩进，请改成空格",
        "cannot start any token": "这里的符号不能直接开头，请给这段文字加引号",
        "unexpected end of stream": "引号没有关上",
        "found unknown escape": "双引号里的反斜杠写法不对，请改用单引号",
    }
    return next((hint for start, hint in hints.items() if start in problem), problem or "无法识别")
