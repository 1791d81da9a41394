"""What the bot says. Reads the script library and the word list; decides nothing about sending."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.chatbot.quoting import quoted, sayable
from app.chatbot.reading import Command, commands, read
from app.compliance import checks
from app.compliance.schemas import category_name
from app.scripts import queries as scripts
from app.scripts.models import Script
from app.scripts.rendering import values_for
from app.scripts.shown import rendered_parts
from app.viewer import Viewer
from app.wecom.calls.messages import LONGEST_TEXT_BYTES
from sensitive_words import Action, Hit, Verdict

MOST_SCRIPTS = 3
MOST_HITS = 6
LONGEST_QUESTION = 30
LONGEST_SCRIPT = 220
LONGEST_CHECKED = 1000

OTHER_KINDS = {
    "image": "图片我还看不懂",
    "voice": "语音我还听不懂",
    "video": "视频我还看不懂",
    "location": "位置我还用不上",
    "link": "链接我还打不开",
}
VERDICTS = {
    Action.BLOCK: "不能发：有禁用的词。",
    Action.REPLACE: "改一改才能发：有要替换的说法。",
    Action.WARN: "要先确认：有需要写明理由的词。",
    Action.RECORD: "可以发：有会被记下的词。",
}


@dataclass(frozen=True)
class Answer:
    """
    :param missed: what was looked for and is not in the library.
    """

    text: str
    missed: str | None = None


def answer(session: Session, viewer: Viewer, kind: str, text: str) -> Answer:
    """
    One message in, one answer out, short enough for WeCom and without a word that must not leave.

    :raises CheckUnavailable: if the filter cannot answer.
    """
    if kind != "text":
        said = Answer(f"{OTHER_KINDS.get(kind, '这种消息我还看不懂')}，请用文字告诉我。\n\n{_help_lines()}")
    else:
        said = _to_text(session, viewer, text)
    return Answer(shortened(sayable(session, viewer, said.text)), said.missed)


def greeting(session: Session, viewer: Viewer) -> str:
    """For who opens the app's chat, once a day."""
    return shortened(sayable(session, viewer, f"{viewer.name}，你好！我可以帮你：\n{_help_lines()}"))


def _to_text(session: Session, viewer: Viewer, text: str) -> Answer:
    understood = read(text)
    if understood.command is None:
        return Answer(_to_unknown(session, viewer, understood.about, understood.closest))
    if understood.command.needs and not understood.about.strip():
        return Answer(understood.command.needs)
    return _ANSWERS[understood.command.name](session, viewer, understood.about)


def _help(_session: Session, _viewer: Viewer, _about: str) -> Answer:
    return Answer(f"我可以帮你：\n{_help_lines()}\n\n直接写客户问的事也可以，我会找相近的话术。")


def _help_lines() -> str:
    return "\n".join(f"· 发「{each.usage}」：{each.about}" for each in commands())


def _scripts(session: Session, viewer: Viewer, about: str) -> Answer:
    question = about.strip()[:LONGEST_QUESTION]
    found = _best(session, viewer, question, MOST_SCRIPTS)
    if not found:
        said = f"没有找到「{question}」的话术，已记下来请运营补充。换个词试试，例如「话术 尺码」。"
        return Answer(said, missed=question)
    more = "\n\n要替换〔〕里的内容再发；在侧边栏里发会自动填好。" if any("〔" in each for each in found) else ""
    return Answer("\n\n".join([f"「{question}」最合适的 {len(found)} 条：", *found]) + more)


def _best(session: Session, viewer: Viewer, question: str, most: int) -> list[str]:
    """Those that may be sent at all; what the filter stops is not worth showing."""
    found, _ = scripts.search(session, viewer, question, limit=most * 3)
    values = values_for(session, viewer, None)
    shown = [_script(each.script, values) for each in found]
    return [each for each in shown if sayable(session, viewer, each) == each][:most]


def _script(script: Script, values: Mapping[str, str]) -> str:
    text = "\n".join(rendered_parts(script.parts, values))
    cut = text if len(text) <= LONGEST_SCRIPT else text[:LONGEST_SCRIPT].rstrip() + "……"
    return f"【{script.title}】\n{cut}"


def _check(session: Session, viewer: Viewer, about: str) -> Answer:
    if len(about) > LONGEST_CHECKED:
        return Answer(f"太长了：一次最多检测 {LONGEST_CHECKED} 个字，现在有 {len(about)} 个。请分段发给我。")
    verdict = checks.verdict(about, channel="sidebar", session=session, by=viewer)
    if not verdict.hits:
        return Answer(f"可以发：没有命中词库（第 {verdict.version} 版）。")
    return Answer(_explained(about, verdict))


def _explained(text: str, verdict: Verdict) -> str:
    lines = [VERDICTS[verdict.action]]
    for number, hit in enumerate(verdict.hits[:MOST_HITS], start=1):
        lines.append(f"{number}. {_place(hit)}「{quoted(hit.text)}」：{category_name(hit.category)}。{_why(hit)}")
    if len(verdict.hits) > MOST_HITS:
        lines.append(f"还有 {len(verdict.hits) - MOST_HITS} 处，请在侧边栏里看全部。")
    if verdict.action is not Action.RECORD:
        rest = checks.with_replacements(text, verdict.hits)
        if rest != text:
            lines.append(f"换上建议的说法：{rest}")
    lines.append(f"（词库第 {verdict.version} 版；为了能显示，命中的词只写第一个字）")
    return "\n".join(lines)


def _place(hit: Hit) -> str:
    first, last = hit.start + 1, hit.end
    return f"第 {first} 个字" if first == last else f"第 {first}–{last} 个字"


def _why(hit: Hit) -> str:
    reason = f"{hit.reason.rstrip('。')}。" if hit.reason else ""
    return reason + (f"可改为「{hit.suggestion}」。" if hit.suggestion else "")


def _to_unknown(session: Session, viewer: Viewer, text: str, closest: Sequence[Command]) -> str:
    question = text.strip()[:LONGEST_QUESTION]
    if not any(each.isalnum() for each in question):
        return f"没有看到文字。我可以帮你：\n{_help_lines()}"
    parts = []
    if closest:
        parts.append("你是不是想发：" + " 或 ".join(f"「{each.usage}」" for each in closest))
    best = _best(session, viewer, question, 1)
    if best:
        parts.append(f"我按话术找了「{question}」，最接近的是：\n{best[0]}")
    elif not closest:
        parts.append(f"没看懂「{question}」。")
    return "\n\n".join([*parts, f"我可以帮你：\n{_help_lines()}"])


_ANSWERS: Mapping[str, Callable[[Session, Viewer, str], Answer]] = {
    "scripts": _scripts,
    "check": _check,
    "help": _help,
}


def shortened(text: str) -> str:
    """WeCom would cut at 2,048 bytes without a word."""
    if len(text.encode()) <= LONGEST_TEXT_BYTES:
        return text
    ending = "\n……"
    kept = text.encode()[: LONGEST_TEXT_BYTES - len(ending.encode())].decode(errors="ignore")
    return kept.rstrip() + ending
