"""Script packs as YAML files: read with every fault named, written so that they read back the same."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .model import Folder, Pack, Part, Script
from .schema_check import Fault, Schema, faults
from .template import TemplateProblem, template_problems, with_foreign_variables
from .yaml_tree import Mapping, Node, Place, Scalar, UnreadableYaml, decoded, read_tree

SCHEMA_FILE = Path(__file__).with_name("pack.schema.json")
STARTER_FILE = Path(__file__).with_name("packs") / "fashion.zh-CN.yaml"

FORMAT = 1
MAX_PART_BYTES = 4000
"""WeCom's limit for a text, in UTF-8 bytes."""
MAX_FOLDER_DEPTH = 4
MAX_SCRIPTS = 10_000


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    line: int
    column: int
    field: str
    """Path such as folders[0].scripts[3].title; '' is the file itself."""
    message: str

    def __str__(self) -> str:
        where = f"（{self.field}）" if self.field else ""
        return f"{self.file} 第 {self.line} 行第 {self.column} 列{where}：{self.message}"


class InvalidPack(ValueError):
    """A file is not a script pack; problems says everything that must be mended, in reading order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_pack(path: Path) -> Pack:
    """
    :raises InvalidPack: with every problem.
    :raises OSError: the file cannot be read.
    """
    return parse_pack(path.read_bytes(), name=path.name)


def parse_pack(content: bytes | str, *, name: str = "话术包") -> Pack:
    """
    :param name: what to call the file in problems.
    :raises InvalidPack: with every problem.
    """
    try:
        text = decoded(content.encode("utf-8", "replace") if isinstance(content, str) else content)
        tree = read_tree(text)
    except UnreadableYaml as error:
        raise InvalidPack((Problem(name, error.place.line, error.place.column, "", str(error)),)) from error
    found = list(faults(tree, _schema()))
    if isinstance(tree, Mapping):
        found += _Meaning(text.splitlines()).faults(tree)
    if found:
        found.sort(key=lambda fault: (fault.place.line, fault.place.column))
        raise InvalidPack(
            tuple(Problem(name, it.place.line, it.place.column, it.field, it.message) for it in found)
        )
    assert isinstance(tree, Mapping)
    return _pack(tree)


@cache
def starter_pack() -> Pack:
    """Fashion retail, in Chinese; comes with the package."""
    return load_pack(STARTER_FILE)


def dump_pack(pack: Pack) -> str:
    """YAML that parse_pack reads back to an equal pack."""
    document: dict[str, Any] = {"format": FORMAT, "id": pack.id, "title": pack.title, "version": pack.version}
    document |= _without_empty({"industry": pack.industry, "description": pack.description})
    document["folders"] = [_folder_document(folder) for folder in pack.folders]
    return yaml.dump(
        document, Dumper=_BlockDumper, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=False
    )


@cache
def _schema() -> Schema:
    schema: Schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


class _Meaning:
    """What the schema cannot say. Copes with any tree, so that these faults join those of the schema."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.first_use: dict[str, int] = {}
        self.scripts = 0

    def faults(self, root: Mapping) -> list[Fault]:
        return [
            fault
            for index, folder in enumerate(root.items_of("folders"))
            for fault in self._folder(folder, f"folders[{index}]", 1)
        ]

    def _folder(self, folder: Node, field: str, depth: int) -> Iterator[Fault]:
        if not isinstance(folder, Mapping):
            return
        if depth > MAX_FOLDER_DEPTH:
            yield Fault(folder.place, field, f"文件夹最多 {MAX_FOLDER_DEPTH} 层")
        yield from self._unique(folder, "文件夹", field)
        for index, script in enumerate(folder.items_of("scripts")):
            if isinstance(script, Mapping):
                yield from self._script(script, f"{field}.scripts[{index}]")
        for index, below in enumerate(folder.items_of("folders")):
            yield from self._folder(below, f"{field}.folders[{index}]", depth + 1)

    def _script(self, script: Mapping, field: str) -> Iterator[Fault]:
        self.scripts += 1
        if self.scripts == MAX_SCRIPTS + 1:
            yield Fault(script.place, field, f"一个话术包最多 {MAX_SCRIPTS} 条话术，请拆开")
        yield from self._unique(script, "话术", field)
        if "text" in script.entries:
            yield from self._text(script.entries["text"], f"{field}.text")
        for index, part in enumerate(script.items_of("parts")):
            if isinstance(part, Mapping) and "text" in part.entries:
                yield from self._text(part.entries["text"], f"{field}.parts[{index}].text")
        texts = [_clean(part.text("text")) for part in _mappings(script, "parts")]
        if not any(map(template_problems, texts)):
            # One blank is filled in once for all parts.
            for problem in template_problems("\n".join(texts)):
                yield Fault(script.entries["parts"].place, f"{field}.parts", problem.message)

    def _unique(self, node: Mapping, kind: str, field: str) -> Iterator[Fault]:
        if not node.text("id"):
            return
        place = node.entries["id"].place
        first = self.first_use.setdefault(f"{kind} {node.text('id')}", place.line)
        if first != place.line:
            yield Fault(place, f"{field}.id", f"{kind}编号「{node.text('id')[:64]}」和第 {first} 行重复")

    def _text(self, node: Node, field: str) -> Iterator[Fault]:
        if not isinstance(node, Scalar):
            return
        text = _clean(node.value)
        size = len(text.encode("utf-8", "replace"))
        if size > MAX_PART_BYTES:
            yield Fault(
                node.place, field, f"太长：企业微信一条文字最多 {MAX_PART_BYTES} 字节，现在有 {size} 字节，请分段"
            )
        if any(ord(character) < 32 and character not in "\n\t" for character in text):
            yield Fault(node.place, field, "含有看不见的控制字符，请删掉")
        for problem in template_problems(text):
            yield Fault(self._place(node, text, problem), field, problem.message)

    def _place(self, node: Scalar, text: str, problem: TemplateProblem) -> Place:
        """Of a passage in the text; its own line for the | style, else where the text starts."""
        if node.style != "|":
            return node.place
        line = node.place.line + 1 + text.count("\n", 0, problem.start)
        passage = text[problem.start : problem.end]
        column = self.lines[line - 1].find(passage) if line <= len(self.lines) else -1
        return Place(line, column + 1) if column >= 0 else node.place


def _clean(text: str) -> str:
    return with_foreign_variables(text.strip())


def _pack(root: Mapping) -> Pack:
    return Pack(
        id=root.text("id").strip(),
        title=root.text("title").strip(),
        version=int(root.text("version")),
        folders=_folders(root),
        industry=root.text("industry").strip(),
        description=root.text("description").strip(),
    )


def _folders(parent: Mapping) -> tuple[Folder, ...]:
    return tuple(
        Folder(
            id=node.text("id").strip(),
            title=node.text("title").strip(),
            folders=_folders(node),
            scripts=tuple(_script(script) for script in _mappings(node, "scripts")),
        )
        for node in _mappings(parent, "folders")
    )


def _script(node: Mapping) -> Script:
    texts = [part.text("text") for part in _mappings(node, "parts")] or [node.text("text")]
    return Script(
        id=node.text("id").strip(),
        title=node.text("title").strip(),
        parts=tuple(Part(_clean(text)) for text in texts),
        shortcuts=_texts(node, "shortcuts"),
        situations=_texts(node, "situations"),
        industry=node.text("industry").strip(),
    )


def _mappings(node: Mapping, key: str) -> list[Mapping]:
    return [item for item in node.items_of(key) if isinstance(item, Mapping)]


def _texts(node: Mapping, key: str) -> tuple[str, ...]:
    return tuple(item.value.strip() for item in node.items_of(key) if isinstance(item, Scalar))


class _BlockDumper(yaml.SafeDumper):
    """Texts of several lines in the | style and lists of words on one line: what people like to edit."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _represent_list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    words_only = all(isinstance(item, str) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=words_only)


_BlockDumper.add_representer(str, _represent_text)
_BlockDumper.add_representer(list, _represent_list)


def _folder_document(folder: Folder) -> dict[str, Any]:
    return {"id": folder.id, "title": folder.title} | _without_empty(
        {
            "scripts": [_script_document(script) for script in folder.scripts],
            "folders": [_folder_document(below) for below in folder.folders],
        }
    )


def _script_document(script: Script) -> dict[str, Any]:
    document: dict[str, Any] = {"id": script.id, "title": script.title}
    document |= _without_empty(
        {
            "shortcuts": list(script.shortcuts),
            "situations": list(script.situations),
            "industry": script.industry,
        }
    )
    if len(script.parts) == 1:
        return document | {"text": script.parts[0].text}
    return document | {"parts": [{"type": part.type, "text": part.text} for part in script.parts]}


def _without_empty(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value}
