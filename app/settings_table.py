"""`python -m app.settings_table docs/settings.md`: writes the table of settings there, from `app.config`."""

import re
import sys
from dataclasses import fields
from pathlib import Path

from app.config import Settings

_OPTIONAL = {"trusted_origins"}
_TABLE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)


def with_table(document: str) -> str:
    """`document` with today's table between its two marks."""
    return _TABLE.sub(lambda _: table(), document)


def table() -> str:
    """One row a setting."""
    rows = ["| variable | default | meaning |\n", "|---|---|---|\n"]
    for each in fields(Settings):
        if each.default:
            default = f"`{each.default}`"
        else:
            default = "none" if each.name in _OPTIONAL else "**required**"
        secret = " *(secret)*" if each.metadata["secret"] else ""
        rows.append(f"| `{each.metadata['variable']}` | {default} | {each.metadata['meaning']}{secret} |\n")
    return "".join(rows)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.write_text(with_table(place.read_text()))
