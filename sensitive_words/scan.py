"""The `scan` command: JSON lines in, JSON lines out. The contract with everybody else's test cases."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from typing import Any

from sensitive_words.entry import Entry, InvalidEntry
from sensitive_words.lexicon import Lexicon
from sensitive_words.options import InvalidOption, Options
from sensitive_words.starter import starter_entries, with_known_contexts
from sensitive_words.verdict import Verdict

INPUT_HELP = """\
每行一个 JSON 对象：
  {"id": 1, "text": "要检查的话", "words": ["词", {"text": "词", "category": "rude"}], "options": {"gap": 1}}
words 可以不给，这时用自带的词表；也可以是一列词，或词条对象（字段见下，细节见 entry.schema.json）。
每行输出：
  {"id": 1, "hits": [{"start": 0, "end": 2, "text": "原文", "word": "词", "category": "rude", "action": "block"}],
   "replaced": "＊＊…"}
start、end 按原文的 Unicode 码点计，end 不含在内；replaced 与原文码点数相同。
有错的行输出 {"id": 1, "error": "原因"}，后面的行照常处理。

只给了词（字符串）的词条：类别 custom，级别 block。
"""


class BadLine(ValueError):
    """A Chinese message for the line's `error`."""


def options_help() -> str:
    """Every option with its JSON name and default, for `--help`."""
    lines = [
        "选项（JSON 名 = 默认值：作用）：",
        '  preset = "default"：先取一组，再改其中几项；"plain" 关掉一切，只找原样出现的，'
        '例如 {"preset": "plain", "case": true, "noise": true, "gap": null}',
    ]
    for option in fields(Options):
        lines.append(
            f"  {option.name} = {json.dumps(option.default, ensure_ascii=False)}：{option.metadata['help']}"
        )
    return "\n".join(lines)


def scan(lines: Iterable[bytes], *, industry: str | None = None, explain: bool = False) -> Iterator[str]:
    for number, raw in enumerate(lines):
        if raw.strip():
            yield _answer(raw.removeprefix(b"\xef\xbb\xbf") if number == 0 else raw, industry, explain)


def _answer(raw: bytes, industry: str | None, explain: bool) -> str:
    line_id = None
    try:
        data = _parsed(raw)
        line_id = data.get("id")
        answer = _checked(data, industry, explain)
    except (BadLine, InvalidEntry, InvalidOption) as error:
        answer = {"id": line_id, "error": str(error)}
    return _json({"id": line_id, **answer})


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadLine("不是 UTF-8 编码") from None
    except (ValueError, RecursionError):
        raise BadLine("不是合法的 JSON") from None
    if not isinstance(data, dict):
        raise BadLine("每行应当是一个 JSON 对象")
    return data


def _checked(data: dict[str, Any], industry: str | None, explain: bool) -> dict[str, Any]:
    text = data.get("text")
    if not isinstance(text, str):
        raise BadLine("缺少 text，或者它不是文字")
    words, options = data.get("words"), data.get("options")
    if words is not None and not isinstance(words, list):
        raise BadLine("words 应当是一列词")
    key = json.dumps([words, options, industry], ensure_ascii=True, sort_keys=True)
    verdict = _lexicon(key).check(text)
    return _plain(verdict, explain)


def _plain(verdict: Verdict, explain: bool) -> dict[str, Any]:
    names = ["start", "end", "text", "word", "category", "action"]
    if explain:
        names += ["entry_id", "matched_by", "reason", "suggestion", "why"]
    answer: dict[str, Any] = {
        "hits": [{name: getattr(hit, name) for name in names} for hit in verdict.hits],
        "replaced": verdict.replaced,
    }
    if explain:
        answer |= {
            "action": verdict.action,
            "suggested": verdict.suggested,
            "near_misses": [
                {name: getattr(miss, name) for name in ("start", "end", "text", "word", "step", "why")}
                for miss in verdict.near_misses
            ],
        }
    return answer


def _json(answer: dict[str, Any]) -> str:
    line = json.dumps(answer, ensure_ascii=False)
    if line.isascii() or line.isprintable():
        return line
    # Half of a surrogate pair cannot be written as UTF-8, and U+2028 is taken for a line end by some readers.
    return json.dumps(answer, ensure_ascii=True)


@lru_cache(maxsize=32)
def _lexicon(key: str) -> Lexicon:
    words, options, industry = json.loads(key)
    chosen = Options.from_dict(options) if options is not None else Options()
    entries = starter_entries(industry) if words is None else entries_of(words, known=chosen.known_contexts)
    return Lexicon(entries, options=chosen)


def entries_of(words: list[Any], *, known: bool) -> list[Entry]:
    """
    Bare words and entry objects; the same bare word twice is one entry.

    :raises InvalidEntry:
    """
    entries: dict[str, Entry] = {}
    for number, word in enumerate(words, 1):
        fields_of = {"text": word} if isinstance(word, str) else word
        if not isinstance(fields_of, dict):
            raise InvalidEntry(f"第 {number} 个词应当是文字或词条对象", field="words")
        if not isinstance(word, str) and fields_of.get("id") is None:
            # The same word may come with several categories.
            fields_of = {**fields_of, "id": f"#{number}"}
        try:
            entry = Entry.from_dict(fields_of)
        except InvalidEntry as error:
            raise InvalidEntry(f"第 {number} 个词：{error}", field=error.field) from None
        if known and isinstance(word, str):
            entry = with_known_contexts(entry)
        if entry.id in entries and not isinstance(word, str):
            raise InvalidEntry(f"第 {number} 个词：编号“{entry.id}”出现了两次", field="id")
        entries[entry.id] = entry
    return list(entries.values())
