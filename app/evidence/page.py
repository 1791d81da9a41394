"""The page of a pack that people read: one file, no script, nothing fetched, every value escaped. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from app import clock
from app.cases.shown.hits import ACTIONS, OUTCOMES, REVIEWS
from app.compliance.shown import CHANNELS

_STATES = {
    "checked": "已检查，没有交给企业微信",
    "handing": "已交给企业微信，没有回报",
    "handed": "已放进聊天",
    "cancelled": "导购取消",
    "refused": "企业微信拒绝",
    "unknown": "结果未知",
    "calling": "正在发送",
    "accepted": "企业微信已接受",
}
_OBJECTIONS = {"open": "待答复", "accepted": "已采纳", "declined": "没有采纳", "withdrawn": "已撤回"}

_STYLE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 15px/1.6 system-ui, sans-serif; }
h1 { font-size: 1.4rem; }
h2 { margin-top: 2rem; font-size: 1.1rem; border-bottom: 1px solid #d0d3d9; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { color: #646a73; }
dd { margin: 0; }
dd, td, code, blockquote { overflow-wrap: anywhere; }
article { margin: 1rem 0; padding: .5rem 1rem; border: 1px solid #d0d3d9; break-inside: avoid; }
blockquote { margin: .5rem 0; padding: .5rem 1rem; background: #f5f6f7; white-space: pre-wrap; }
mark { background: #ffe58f; }
table { margin-top: .5rem; border-collapse: collapse; width: 100%; font-size: .9em; }
th, td { padding: .25rem .5rem; border: 1px solid #d0d3d9; text-align: left; vertical-align: top; }
code { font-size: .85em; }
.warn { color: #b42318; }
"""


def as_page(values: Mapping[str, Any], proof: Mapping[str, Any]) -> str:
    parts = [
        f"<h1>证据包：{_text(values['title'])}</h1>",
        _facts(
            [
                ("生成时间", _time(values["made_at"])),
                ("导出人", f"{values['made_by_name']}（{values['made_by']}）"),
                ("用途", values["reason"]),
                ("内容", _counts(values)),
            ]
        ),
        *(f'<p class="warn">没有全部收入：{_text(each)}</p>' for each in values["left_out"]),
        "<p>客户姓名和号码已遮盖。每个文件的 SHA-256 列在 SHA256SUMS；"
        "用 <code>python -m app.cli check-evidence 文件</code> 可以离线核对整个包。</p>",
        _case(values["case"]),
        _section("命中记录", [_hit(each, values["rules"]) for each in values["hits"]]),
        _section(
            "导购反馈“拦错了”", [_table(["时间", "词", "状态", "答复"], _objections(values))], values["objections"]
        ),
        _section("侧边栏发送（前后十分钟）", [_intent(each) for each in values["intents"]]),
        _section("系统发送（前后十分钟）", [_send(each) for each in values["sends"]]),
        _section(
            "审计记录",
            [_table(["编号", "时间", "谁", "做了什么", "对象", "详情", "校验值"], _log(values))],
            values["audit"],
        ),
        _chain(proof),
    ]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width">'
        f"<title>证据包：{_text(values['title'])}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def _text(value: object) -> str:
    return escape(str(value if value is not None else ""))


def _time(moment: str | None) -> str:
    if not moment:
        return ""
    return f"{clock.in_shop_time(datetime.fromisoformat(moment)):%Y-%m-%d %H:%M:%S}"


def _counts(values: Mapping[str, Any]) -> str:
    counted = [("命中", "hits"), ("侧边栏发送", "intents"), ("系统发送", "sends"), ("审计记录", "audit")]
    return "，".join(f"{name} {len(values[key])} 条" for name, key in counted)


def _facts(rows: Iterable[tuple[str, object]]) -> str:
    lines = (f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in rows if value not in (None, ""))
    return f"<dl>{''.join(lines)}</dl>"


def _section(title: str, parts: Sequence[str], wanted: object = True) -> str:
    return f"<h2>{title}</h2>{''.join(parts)}" if parts and wanted else ""


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{_text(each)}</th>" for each in header)
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _hit(hit: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> str:
    start, end = hit["marked"]["start"], hit["marked"]["end"]
    passage = hit["passage"]
    quoted = f"{_text(passage[:start])}<mark>{_text(passage[start:end])}</mark>{_text(passage[end:])}"
    rule = _rule_of(hit, rules)
    return (
        f"<article><blockquote>{quoted}</blockquote>"
        + _facts(
            [
                ("编号", hit["id"]),
                ("时间", _time(hit["at"])),
                ("谁", f"{hit['who_name']}（{hit['who']}） {hit['store_name']}"),
                ("给谁", hit["subject_name"]),
                ("场景", CHANNELS.get(hit["channel"], hit["channel"])),
                ("结果", OUTCOMES.get(hit["outcome"], hit["outcome"])),
                ("发送人说明", hit["confirmed_reason"]),
                ("换成了", hit["sent_instead"]),
                ("词条", f"{hit['word']}（{hit['category_name']}，{ACTIONS.get(hit['action'], hit['action'])}）"),
                ("为什么命中", hit["why"]),
                ("词条理由", rule.get("reason")),
                ("依据", rule.get("source")),
                ("词库版本", _version_of(hit, rules)),
                ("复核", REVIEWS.get(hit["review"] or "")),
                ("复核说明", hit["review_note"]),
                ("复核人", f"{hit['reviewed_by']}，{_time(hit['reviewed_at'])}" if hit["reviewed_by"] else ""),
            ]
        )
        + "</article>"
    )


def _rule_of(hit: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    for version in rules:
        if version["version"] == hit["lexicon_version"]:
            return next((each for each in version["entries"] if each["id"] == str(hit["entry_id"])), {})
    return {}


def _version_of(hit: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> str:
    for version in rules:
        if version["version"] == hit["lexicon_version"]:
            at, by = _time(version["published_at"]), version["published_by_name"]
            return f"v{version['version']}，{at} 由 {by} 发布，内容 SHA-256 {version['sha256']}"
    return f"v{hit['lexicon_version']}"


def _case(case: Mapping[str, Any] | None) -> str:
    if case is None:
        return ""
    facts = [
        ("编号", case["id"]),
        ("状态", case["state_name"]),
        ("谁", case["who_name"]),
        ("处理人", case["assignee_name"]),
        ("结论", REVIEWS.get(case["conclusion"] or "")),
        ("建立", f"{_time(case['opened_at'])} {case['opened_by_name']}"),
        ("结案", _time(case["closed_at"])),
    ]
    notes = [(_time(each["at"]), each["author_name"] or each["author"], each["text"]) for each in case["notes"]]
    return f"<h2>案件：{_text(case['title'])}</h2>{_facts(facts)}{_table(['时间', '谁', '记录'], notes)}"


def _intent(intent: Mapping[str, Any]) -> str:
    parts = "".join(
        f"<blockquote>{_text(each['text'])}</blockquote><p>{_text(_STATES.get(each['state'], each['state']))}"
        f" {_time(each['reported_at'])}</p>"
        for each in intent["parts"]
    )
    facts = [("编号", intent["id"]), ("时间", _time(intent["at"])), ("发送人说明", intent["confirmed_reason"])]
    return f"<article>{_facts(facts)}{parts}</article>"


def _send(send: Mapping[str, Any]) -> str:
    facts = [
        ("编号", send["id"]),
        ("时间", _time(send["claimed_at"])),
        ("场景", CHANNELS.get(send["channel"], send["channel"])),
        ("以谁的名义", send["on_behalf_of"]),
        ("给谁", send["subject"]),
        ("结果", f"{_STATES.get(send['state'], send['state'])} {send['error'] or ''}"),
        ("词库版本", f"v{send['lexicon_version']}"),
    ]
    return f"<article><blockquote>{_text(send['text'])}</blockquote>{_facts(facts)}</article>"


def _objections(values: Mapping[str, Any]) -> list[Sequence[object]]:
    return [
        (_time(each["at"]), each["hit_word"], _OBJECTIONS.get(each["state"], each["state"]), each["answer"])
        for each in values["objections"]
    ]


def _log(values: Mapping[str, Any]) -> list[Sequence[object]]:
    return [
        (
            each["number"],
            _time(each["at"]),
            each["actor_name"] or each["actor"],
            each["title"],
            each["subject"],
            json.dumps(each["details"], ensure_ascii=False),
            each["hash"],
        )
        for each in values["audit"]
    ]


def _chain(proof: Mapping[str, Any]) -> str:
    lines = [
        (
            f"第 {each['first']} 到第 {each['last']} 条",
            each["last_hash"],
            f"到第 {each['anchored_to']} 条有库外留存为证" if each["anchored_to"] else "还没有留存到库外",
        )
        for each in proof["spans"]
    ]
    kept = [(_time(each["at"]), each["number"], each["hash"]) for each in proof["anchors"]]
    return (
        "<h2>链式证明</h2><p>审计记录逐条相连：每条的校验值由前一条的校验值和本条内容的摘要算出。"
        "chain-proof.json 列出从有关记录到最近一次库外留存之间每条的摘要，任何人都可以照着算一遍。</p>"
        + _table(["范围", "最后一条的校验值", "说明"], lines)
        + (_table(["留存时间", "编号", "校验值"], kept) if kept else "")
    )
