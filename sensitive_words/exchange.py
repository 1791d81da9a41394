"""Word lists in and out: one word a line, CSV, XLSX, JSON, YAML, and what other tools write."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import yaml

from sensitive_words.entry import CATEGORIES, Action, Entry, InvalidEntry

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
COLUMNS = {
    "编号": "id",
    "写法": "text",
    "类别": "category",
    "级别": "action",
    "匹配": "mode",
    "允许语境": "exceptions",
    "仍算命中": "counter_exceptions",
    "附近要有": "near",
    "别称": "aliases",
    "换成": "suggestion",
    "理由": "reason",
    "依据": "source",
    "作者": "author",
    "生效": "valid_from",
    "到期": "valid_until",
    "必须命中": "must_hit",
    "必须不命中": "must_not_hit",
}
_OTHER_NAMES = {
    **{name: name for name in COLUMNS.values()},
    **COLUMNS,
    "敏感词": "text", "词": "text", "词语": "text", "关键词": "text", "词条": "text",
    "word": "text", "keyword": "text",
    "分类": "category", "类型": "category", "标签": "category", "type": "category", "tag": "category",
    "动作": "action", "处理": "action", "处理方式": "action", "等级": "action", "level": "action",
    "替换": "suggestion", "替换为": "suggestion", "替换词": "suggestion", "replacement": "suggestion",
    "白名单": "exceptions", "例外": "exceptions", "说明": "reason", "备注": "reason", "remark": "reason",
}  # fmt: skip
_CATEGORY_NAMES = {name: key for key, name in CATEGORIES.items()} | {
    "竞品品牌": "competitor", "侮辱": "insult", "诋毁": "insult", "行业": "industry", "违规": "industry",
    "脏话": "rude", "辱骂": "rude", "不文明用语": "rude", "广告": "advertising", "极限词": "advertising",
    "违禁词": "advertising", "迷信": "superstition_politics", "政治": "superstition_politics",
    "涉政": "superstition_politics",
}  # fmt: skip
_ACTION_NAMES = {
    "阻断": "block", "拦截": "block", "禁止": "block", "屏蔽": "block", "警告": "warn", "提醒": "warn",
    "提示": "warn", "记录": "record", "观察": "record", "替换": "replace", "放行": "pass",
}  # fmt: skip
_LISTS = ("exceptions", "counter_exceptions", "near", "aliases", "must_hit", "must_not_hit")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula, also after spaces."""


class UnreadableList(ValueError):
    """The whole file cannot be read; a Chinese message."""


@dataclass(frozen=True, slots=True)
class Problem:
    row: int
    """Counted from 1, the header too."""
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    entries: list[Entry]
    problems: list[Problem]
    """Rows left out, with the reason; nothing is dropped in silence."""


def import_entries(data: bytes, *, name: str, category: str = "custom") -> Imported:
    """
    :param name: the file's name; its ending tells the format, and without one it is one word a line
    :param category: of words that come without one
    :raises UnreadableList:
    """
    if len(data) > MAX_BYTES:
        raise UnreadableList(f"文件超过 {MAX_BYTES // 1024 // 1024} MB")
    ending = name.lower().rpartition(".")[2]
    if ending == "xlsx":
        rows = _from_table(_xlsx_rows(io.BytesIO(data)))
    elif ending in ("csv", "tsv"):
        rows = _from_table(_csv_rows(_text(data), "\t" if ending == "tsv" else None))
    elif ending in ("json", "yaml", "yml"):
        rows = _from_objects(_text(data), ending)
    else:
        rows = _from_lines(_text(data))
    return _collected(rows, category)


Row = tuple[int, dict[str, Any] | Problem]


def _collected(rows: Iterable[Row], category: str) -> Imported:
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for number, fields in rows:
        if len(entries) >= MAX_ROWS:
            raise UnreadableList(f"超过 {MAX_ROWS:,} 行，请分成几个文件")
        if isinstance(fields, Problem):
            problems.append(fields)
            continue
        try:
            entry = Entry.from_dict({"category": category, **fields})
        except InvalidEntry as error:
            problems.append(Problem(number, error.field, str(error)))
            continue
        if entry.id in entries:
            problems.append(Problem(number, "text", f"“{entry.text}”前面已经有了"))
        else:
            entries[entry.id] = entry
    return Imported(list(entries.values()), problems)


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise UnreadableList("不是文字文件，请另存为 UTF-8 编码")


def _from_lines(text: str) -> Iterator[Row]:
    """One word a line; also `word=action`, `word|category` and `word,weight` of other tools, and # comments."""
    for number, line in enumerate(text.splitlines(), 1):
        word = line.strip().strip("\ufeff")
        if not word or word.startswith(("#", "//")):
            continue
        for mark in ("\t", "|", "=", ","):
            head, found, tail = word.partition(mark)
            if found and head.strip():
                fields: dict[str, Any] = {"text": head.strip()}
                tail = tail.strip()
                if tail in _CATEGORY_NAMES or tail in CATEGORIES:
                    fields["category"] = _CATEGORY_NAMES.get(tail, tail)
                elif tail in _ACTION_NAMES or tail in list(Action):
                    fields["action"] = _ACTION_NAMES.get(tail, tail)
                yield number, fields
                break
        else:
            yield number, {"text": word}


def _csv_rows(text: str, delimiter: str | None) -> Iterator[list[str]]:
    head = text[:4000]
    chosen = delimiter or max(",;\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=chosen, strict=True)
    except csv.Error as error:
        raise UnreadableList(f"不是合法的 CSV：{error}") from None


def _xlsx_rows(file: BinaryIO) -> Iterator[list[str]]:
    import zipfile

    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(file) as parts:
            if sum(part.file_size for part in parts.infolist()) > 10 * MAX_BYTES:
                raise UnreadableList("表格解开后太大")
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        for row in sheet.iter_rows(values_only=True):
            yield ["" if cell is None else str(cell) for cell in row]
    except UnreadableList:
        raise
    except Exception as error:  # openpyxl raises whatever its XML and zip readers raise
        raise UnreadableList("不是可以读的 XLSX 表格") from error


def _from_table(rows: Iterable[list[str]]) -> Iterator[Row]:
    names: list[str | None] | None = None
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if names is None:
            known = [_OTHER_NAMES.get(cell.lower().strip("\ufeff")) for cell in cells]
            if "text" in known:
                names = known
                continue
            names = ["text", "category", "action"]
        yield number, _fields(dict(zip(names, cells, strict=False)))


def _fields(cells: dict[str | None, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, cell in cells.items():
        if name is None or not cell:
            continue
        # What export put before a cell that a spreadsheet would run as a formula.
        value = cell[1:] if cell.startswith("'") and _could_run(cell[1:]) else cell
        if name in _LISTS:
            fields[name] = [part for part in value.replace("\n", "；").split("；") if part.strip()]
        elif name == "category":
            fields[name] = _CATEGORY_NAMES.get(value, value)
        elif name == "action":
            fields[name] = _ACTION_NAMES.get(value, value)
        else:
            fields[name] = value
    return fields


def _from_objects(text: str, ending: str) -> Iterator[Row]:
    try:
        data = json.loads(text) if ending == "json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        raise UnreadableList(f"不是合法的 {ending.upper()}") from None
    rows: Any = data
    defaults: dict[str, Any] = {}
    if isinstance(data, dict) and isinstance(data.get("entries"), list):
        rows, defaults = data["entries"], data.get("defaults") or {}
    elif isinstance(data, dict) and all(isinstance(words, list) for words in data.values()):
        # Category to words, as several tools write it.
        named = {_CATEGORY_NAMES.get(str(name), str(name)): words for name, words in data.items()}
        rows = [{"text": word, "category": name} for name, words in named.items() for word in words]
    if not isinstance(rows, list) or not isinstance(defaults, dict):
        raise UnreadableList("应当是一列词，或 {类别: [词…]}")
    for number, row in enumerate(rows, 1):
        fields = {"text": row} if isinstance(row, str) else row
        if isinstance(fields, dict):
            yield number, {**defaults, **fields}
        else:
            yield number, Problem(number, "text", "应当是一个词或一个对象")


def export_csv(entries: Iterable[Entry]) -> bytes:
    """For spreadsheets: with a byte order mark, and no cell that they would run."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for entry in entries:
        table.writerow([_cell(entry, name) for name in COLUMNS.values()])
    return out.getvalue().encode("utf-8-sig")


def _cell(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    if isinstance(value, tuple):
        value = "；".join(value)
    text = "" if value is None else str(value)
    return f"'{text}" if _could_run(text) else text


def _could_run(text: str) -> bool:
    """A text that only looks as if it had its apostrophe already counts too, so that it gets its own back."""
    bare = text.lstrip(" \u3000'") if text.startswith("'") else text.lstrip(" \u3000")
    return bare.startswith(_FORMULA)


def export_json(entries: Iterable[Entry]) -> bytes:
    """Complete: what this writes, `import_entries` reads back unchanged."""
    rows = [entry.to_dict() for entry in entries]
    return json.dumps({"entries": rows}, ensure_ascii=False, indent=1).encode()
