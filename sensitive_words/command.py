"""The command line: what it offers and what it says."""

import argparse
import sys
from collections.abc import Sequence

from sensitive_words.scan import INPUT_HELP, options_help, scan
from sensitive_words.starter import INDUSTRIES


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sensitive_words", description="敏感词：检查、校验、导入导出、评分"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    _add_scan(commands)
    chosen = parser.parse_args(arguments)
    return int(chosen.run(chosen))


def _add_scan(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "scan",
        help="逐行检查：JSON 行进，JSON 行出",
        description=INPUT_HELP + "\n" + options_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--industry", choices=sorted(INDUSTRIES), help="自带词表只用这个行业的（默认全部行业）")
    command.add_argument("--explain", action="store_true", help="每个命中多写出依据，并列出差一点命中的")
    command.set_defaults(run=_scan)


def _scan(chosen: argparse.Namespace) -> int:
    out = sys.stdout.buffer
    for line in scan(sys.stdin.buffer, industry=chosen.industry, explain=chosen.explain):
        out.write(line.encode("utf-8") + b"\n")
        out.flush()
    return 0
