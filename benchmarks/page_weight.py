"""What each page loads before anybody presses anything, gzipped: `python -m benchmarks.page_weight`."""

import gzip
import re

from app.pages.api import BUILT

LIMITS_KB = {"sidebar.html": (110, 16), "console.html": (130, 24)}
"""JavaScript and style sheets, from the front end's own weight test."""


def main() -> None:
    for page, (most_js, most_css) in LIMITS_KB.items():
        html = (BUILT / page).read_text()
        names = sorted(set(re.findall(r'(?:src|href)="/assets/([^"]+\.(?:js|css))"', html)))
        js, css = (sum(weight(name) for name in names if name.endswith(kind)) for kind in (".js", ".css"))
        first = f"js {js:6.1f} KB (limit {most_js})   css {css:5.1f} KB (limit {most_css})"
        print(f"  {page:<14} {first}   {len(names)} files")


def weight(name: str) -> float:
    """KB as the server sends it."""
    return len(gzip.compress((BUILT / "assets" / name).read_bytes(), compresslevel=9)) / 1024


if __name__ == "__main__":
    main()
