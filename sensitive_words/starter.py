"""The word lists that come along, as YAML files beside this one."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sensitive_words.entry import Entry, InvalidEntry

LISTS = Path(__file__).parent / "lists"
INDUSTRIES = {
    "fashion": "服饰",
    "beauty": "美妆",
    "food": "食品",
    "pharmacy": "药店",
    "electronics": "数码家电",
    "baby": "母婴",
    "jewellery": "珠宝",
    "home": "家居",
}


def load_entries(path: Path) -> list[Entry]:
    """
    Of a YAML file: `defaults`, which every entry takes over, and `entries`, objects or bare words. A list in the
    defaults is added to the entry's own.

    :raises InvalidEntry: with the number of the entry in its message
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("entries"), list):
        raise InvalidEntry(f"{path.name}：应当有一列 entries", field="entries")
    defaults = data.get("defaults") or {}
    return list(_entries(path, defaults, data["entries"]))


def _entries(path: Path, defaults: dict[str, Any], rows: list[Any]) -> Iterable[Entry]:
    for number, row in enumerate(rows, 1):
        fields = {"text": row} if isinstance(row, str) else row
        if not isinstance(fields, dict):
            raise InvalidEntry(f"{path.name} 第 {number} 条：应当是一个词或一个对象", field="entries")
        merged = {**defaults, **fields}
        for name, values in defaults.items():
            if isinstance(values, list) and isinstance(fields.get(name), list):
                merged[name] = [*fields[name], *values]
        merged.setdefault("id", f"{path.stem}:{merged.get('text')}")
        try:
            yield Entry.from_dict(merged)
        except InvalidEntry as error:
            message = f"{path.name} 第 {number} 条：{error}"
            raise InvalidEntry(message, field=error.field, entry_id=error.entry_id) from None


def starter_entries(industry: str | None = None) -> list[Entry]:
    """
    The six categories, and what one industry adds; without an industry, what all of them add.

    :raises ValueError: for an industry that is not one of `INDUSTRIES`
    """
    if industry is not None and industry not in INDUSTRIES:
        raise ValueError(f"没有“{industry}”这个行业，只有：{'、'.join(INDUSTRIES)}")
    chosen = [industry] if industry else list(INDUSTRIES)
    wanted = sorted(LISTS.glob("*.yaml"))
    return [
        entry for path in wanted if path.stem not in INDUSTRIES or path.stem in chosen for entry in _loaded(path)
    ]


@cache
def _loaded(path: Path) -> tuple[Entry, ...]:
    return tuple(load_entries(path))


@cache
def _known() -> dict[str, Entry]:
    known = {form: entry for entry in starter_entries() if entry.exceptions for form in entry.aliases}
    return known | {entry.text: entry for entry in starter_entries() if entry.exceptions}


def with_known_contexts(entry: Entry) -> Entry:
    """The harmless phrases of the same word in the starter lists, for one that brings none of its own."""
    known = _known().get(entry.text)
    if known is None or entry.exceptions or entry.counter_exceptions:
        return entry
    return replace(entry, exceptions=known.exceptions, counter_exceptions=known.counter_exceptions)
