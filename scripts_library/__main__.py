"""`python -m scripts_library check FILE` and `search FILE QUERY`."""

import argparse
import sys
from pathlib import Path

from .lint import lint
from .pack_file import InvalidPack, load_pack
from .search import Offsets, SearchIndex


def main(arguments: list[str] | None = None) -> int:
    """0: fine, 1: the pack has faults or nothing was found, 2: the file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m scripts_library", description="话术包工具")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="检查话术包的格式、变量和措辞")
    checking.add_argument("file", type=Path, help="话术包（YAML）")
    searching = commands.add_parser("search", help="在话术包里搜索，可用拼音首字母")
    searching.add_argument("file", type=Path, help="话术包（YAML）")
    searching.add_argument("query", help="要找的词，如：尺码、cmjy")
    searching.add_argument("--limit", type=int, default=10, help="最多显示几条（默认 10）")
    options = parser.parse_args(arguments)
    try:
        if options.command == "check":
            return _check(options.file)
        return _search(options.file, options.query, options.limit)
    except OSError as error:
        sys.stderr.write(f"打不开 {options.file}：{error.strerror}\n")
        return 2
    except InvalidPack as error:
        sys.stderr.write(f"{error}\n共 {len(error.problems)} 处要改。\n")
        return 1


def _check(file: Path) -> int:
    pack = load_pack(file)
    errors = 0
    for _, script in pack.walk():
        for finding in lint(script):
            errors += finding.severity == "error"
            passage = script.parts[finding.part].text[finding.start : finding.end][:20]
            sys.stdout.write(
                f"{_SEVERITY[finding.severity]} {script.id}「{script.title}」"
                f"第 {finding.part + 1} 段「{passage}」："
                f"{finding.message}{finding.suggestion}。\n"
            )
    sys.stdout.write(f"{pack.title}：{len(pack.scripts)} 条话术，格式正确，{errors} 处措辞错误。\n")
    return 1 if errors else 0


def _search(file: Path, query: str, limit: int) -> int:
    found = SearchIndex.of(load_pack(file)).search(query, limit=limit)
    for ranked in found:
        title = _marked(ranked.document.title, ranked.title_highlights)
        folders = " / ".join(ranked.document.folders)
        sys.stdout.write(f"{ranked.score:6.1f}  {title}  （{folders}，{ranked.key}）\n")
    if not found:
        sys.stdout.write(f"没有找到「{query}」。换个词，或用拼音首字母试试。\n")
    return 0 if found else 1


_SEVERITY = {"error": "错误", "warning": "建议", "hint": "提示"}


def _marked(text: str, passages: Offsets) -> str:
    for start, end in reversed(passages):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


if __name__ == "__main__":
    sys.exit(main())
