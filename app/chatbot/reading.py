"""What somebody may have meant: a command and what it is about. Pure."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("commands.yaml")
_SEPARATORS = " \t\r\n:,.;!~-_/|、。「」『』【】《》“”\"'#@"
CLOSE_ENOUGH = 0.5


@dataclass(frozen=True)
class Command:
    """
    :param usage: an example that works.
    :param needs: what to say when it came with nothing to work on; empty if it needs nothing.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    usage: str
    about: str
    needs: str


@dataclass(frozen=True)
class Read:
    """
    :param command: None if none was named.
    :param about: the rest of the text, as it was written.
    :param closest: titles of commands that may have been meant, when none was named.
    """

    command: Command | None
    about: str
    closest: tuple[Command, ...] = ()


@cache
def commands() -> tuple[Command, ...]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(Command(**{**row, "aliases": tuple(row["aliases"])}) for row in rows)


def read(text: str, known: Sequence[Command] | None = None) -> Read:
    """
    Full-width letters, any punctuation or none between the command and what it is about.

    A Chinese alias may stand right before the rest (`话术尺码`); a Latin one has to end there (`hs 尺码`).
    """
    known = commands() if known is None else known
    text = _trimmed(text)
    for alias, command in sorted(_aliases(known), key=lambda each: -len(each[0])):
        rest = _after(alias, text)
        if rest is not None and (not rest or not alias.isascii() or _is_separator(rest[0])):
            rest = _trimmed(rest)
            return Read(command, rest if any(each.isalnum() for each in rest) else "")
    return Read(None, text, _closest(_folded(text), known))


def _after(alias: str, text: str) -> str | None:
    """What follows `alias`, as it was written: the word filter has to see it so."""
    for end in range(1, min(len(text), 3 * len(alias)) + 1):
        folded = _folded(text[:end])
        if folded == alias:
            return text[end:]
        if not alias.startswith(folded):
            return None
    return None


def _folded(text: str) -> str:
    """Full-width forms become plain ones; what nobody sees is left out."""
    visible = "".join(each for each in text if unicodedata.category(each) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", visible).casefold()


def _is_separator(character: str) -> bool:
    return not _folded(character).strip(_SEPARATORS)


def _trimmed(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_separator(text[start]):
        start += 1
    while end > start and _is_separator(text[end - 1]):
        end -= 1
    return text[start:end]


def _aliases(known: Sequence[Command]) -> list[tuple[str, Command]]:
    return [(alias.casefold(), command) for command in known for alias in command.aliases]


def _closest(folded: str, known: Sequence[Command]) -> tuple[Command, ...]:
    by_alias = dict(_aliases(known))
    first = re.split(rf"[{re.escape(_SEPARATORS)}]", folded, maxsplit=1)[0]
    beginnings = dict.fromkeys((first[:8], first[:2]))
    near = [
        alias
        for beginning in beginnings
        if len(beginning) > 1
        for alias in difflib.get_close_matches(beginning, by_alias, n=2, cutoff=CLOSE_ENOUGH)
    ]
    return tuple(dict.fromkeys(by_alias[alias] for alias in near))
