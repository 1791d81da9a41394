"""The variables scripts may use: data in variables.yaml, read once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

Source = Literal["customer", "guide", "store", "blank"]
"""Who knows the value: a record of ours, or (blank) the guide who is about to send."""

CATALOGUE_FILE = Path(__file__).with_name("variables.yaml")


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    label: str
    source: Source
    example: str = ""
    fallback: str | None = None
    """Stands in when the record has no value; None: the guide has to fill it in."""
    choices: tuple[str, ...] = ()
    """What may be picked; empty: any text."""
    aliases: tuple[str, ...] = ()
    """Names other shop tools use for it, as in #买家昵称#."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    variables: tuple[Variable, ...]

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables)

    def get(self, name: str) -> Variable | None:
        return next((variable for variable in self.variables if variable.name == name), None)

    def by_alias(self) -> Mapping[str, str]:
        own = {variable.name: variable.name for variable in self.variables}
        return own | {alias: variable.name for variable in self.variables for alias in variable.aliases}


@cache
def standard_catalogue() -> Catalogue:
    rows = yaml.safe_load(CATALOGUE_FILE.read_text(encoding="utf-8"))
    return Catalogue(tuple(_variable(row) for row in rows))


def _variable(row: dict[str, object]) -> Variable:
    source = row["source"]
    if source not in get_args(Source):
        raise ValueError(f"variables.yaml: unknown source {source!r}")
    choices, aliases = row.get("choices", ()), row.get("aliases", ())
    fallback = row.get("fallback")
    return Variable(
        name=str(row["name"]),
        label=str(row["label"]),
        source=source,  # type: ignore[arg-type]  # checked against Source above
        example=str(row.get("example", "")),
        fallback=None if fallback is None else str(fallback),
        choices=tuple(map(str, choices)) if isinstance(choices, list) else (),
        aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else (),
    )
