"""The command line: what it offers and what it says."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sensitive_words import exchange, regression, score
from sensitive_words.entry import CATEGORIES, Entry, InvalidEntry
from sensitive_words.entry_schema import fields_help, schema
from sensitive_words.examples import failed_examples
from sensitive_words.lexicon import Lexicon
from sensitive_words.scan import INPUT_HELP, options_help, scan
from sensitive_words.starter import INDUSTRIES, load_entries, starter_entries
from sensitive_words.variants import unread_in


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sensitive_words", description="敏感词：检查、校验、导入导出、评分"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, description: str = ""
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=text,
            description=description or text,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        return made

    entry_fields = "\n".join(["词条的字段（只有 text 必须有）：", *fields_help()])
    told = f"{INPUT_HELP}\n{entry_fields}\n\n{options_help()}"
    made = command("scan", _scan, "逐行检查：JSON 行进，JSON 行出", told)
    made.add_argument("--industry", choices=sorted(INDUSTRIES), help="自带词表只用这个行业的（默认全部行业）")
    made.add_argument("--explain", action="store_true", help="每个命中多写出依据，并列出差一点命中的")
    made = command("validate", _validate, "校验词表文件（默认自带的）：字段、重复、例子")
    made.add_argument("files", nargs="*", type=Path, help="YAML、JSON、CSV、XLSX 或一行一词")
    made = command("import", _import, "读入词表文件，写出 JSON；读不了的行写到标准错误")
    made.add_argument("file", type=Path)
    made.add_argument("--category", default="custom", help=f"没有类别的词归到：{'、'.join(CATEGORIES)}")
    made = command("export", _export, "写出自带的词表")
    made.add_argument("--format", choices=["json", "csv", "schema"], default="json")
    made.add_argument("--industry", choices=sorted(INDUSTRIES))
    made = command("score", _score, "用语料评分，与整词包含、分词比对两种办法对照")
    made.add_argument("--failures", action="store_true", help="列出 dev 一半里判错的句子")
    made.add_argument("--check", action="store_true", help="只与提交的 corpus/scores.json 比，变差了就以 1 退出")
    made.add_argument("--commit", action="store_true", help="把现在的数字写进 corpus/scores.json")
    chosen = parser.parse_args(arguments)
    return int(chosen.run(chosen))


def _scan(chosen: argparse.Namespace) -> int:
    out = sys.stdout.buffer
    for line in scan(sys.stdin.buffer, industry=chosen.industry, explain=chosen.explain):
        out.write(line.encode("utf-8") + b"\n")
        out.flush()
    return 0


def _validate(chosen: argparse.Namespace) -> int:
    wrong = 0
    lists: list[tuple[str, list[Entry]]] = []
    if not chosen.files:
        lists.append(("自带词表", starter_entries()))
    for path in chosen.files:
        try:
            if path.suffix in (".yaml", ".yml"):
                lists.append((path.name, load_entries(path)))
                continue
            imported = exchange.import_entries(path.read_bytes(), name=path.name)
        except (InvalidEntry, exchange.UnreadableList, OSError) as error:
            _say(f"{path.name}：{error}")
            wrong += 1
            continue
        lists.append((path.name, imported.entries))
        for problem in imported.problems:
            _say(f"{path.name} 第 {problem.row} 行：{problem.message}")
            wrong += 1
    for name, entries in lists:
        try:
            Lexicon(entries)
        except InvalidEntry as error:
            _say(f"{name}“{error.entry_id}”：{error}")
            wrong += 1
        for entry in entries:
            for phrase in (*entry.exceptions, *entry.counter_exceptions):
                if unread := unread_in(phrase):
                    _say(f"{name}“{entry.text}”的允许语境“{phrase}”：{unread}")
                    wrong += 1
        for failed in failed_examples(entries):
            _say(f"{name}：{failed.why}")
            wrong += 1
        _say(f"{name}：{len(entries)} 条")
    return 1 if wrong else 0


def _import(chosen: argparse.Namespace) -> int:
    try:
        imported = exchange.import_entries(
            chosen.file.read_bytes(), name=chosen.file.name, category=chosen.category
        )
    except (exchange.UnreadableList, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for problem in imported.problems:
        sys.stderr.write(f"第 {problem.row} 行：{problem.message}\n")
    sys.stdout.buffer.write(exchange.export_json(imported.entries) + b"\n")
    return 1 if imported.problems else 0


def _export(chosen: argparse.Namespace) -> int:
    if chosen.format == "schema":
        data = json.dumps(schema(), ensure_ascii=False, indent=1).encode() + b"\n"
    elif chosen.format == "csv":
        data = exchange.export_csv(starter_entries(chosen.industry))
    else:
        data = exchange.export_json(starter_entries(chosen.industry)) + b"\n"
    sys.stdout.buffer.write(data)
    return 0


def _score(chosen: argparse.Namespace) -> int:
    if chosen.commit:
        regression.commit(regression.scores())
        return 0
    if chosen.check:
        worse = list(regression.drops(regression.scores(), regression.committed()))
        for line in worse:
            _say(f"变差了：{line}")
        return 1 if worse else 0
    for line in score.report(failures=chosen.failures):
        _say(line)
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
