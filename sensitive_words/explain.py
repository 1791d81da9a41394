"""What the filter thought, step by step, for a person who tries a sentence."""

from dataclasses import dataclass

from sensitive_words.entry import Action
from sensitive_words.masks import masked_spans
from sensitive_words.options import Options
from sensitive_words.verdict import Verdict

_RESULT = {
    Action.PASS: "可以发出",
    Action.RECORD: "可以发出，留下记录",
    Action.WARN: "确认并写明理由后可以发出",
    Action.REPLACE: "换成建议的说法后可以发出",
    Action.BLOCK: "不能发出",
}


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    """read, mask, hit, miss or result."""
    title: str
    detail: str
    start: int | None = None
    """In code points of the original, as is `end`; nothing for steps about the whole text."""
    end: int | None = None


def steps(text: str, read: str, verdict: Verdict, options: Options) -> list[Step]:
    told = [Step("read", "统一写法", f"按“{read}”比对" if read else "没有可以比对的字")]
    for start, end in masked_spans(text, options):
        told.append(Step("mask", "不检查的部分", f"“{text[start:end]}”是网址、号码或变量", start, end))
    for hit in verdict.hits:
        detail = hit.why + (f"建议换成“{hit.suggestion}”。" if hit.suggestion else "")
        told.append(Step("hit", f"第 {hit.start + 1} 字“{hit.text}”命中", detail, hit.start, hit.end))
    for miss in verdict.near_misses:
        title = f"第 {miss.start + 1} 字“{miss.text}”不命中“{miss.word}”"
        told.append(Step("miss", title, f"{miss.why}。", miss.start, miss.end))
    told.append(Step("result", "结论", _RESULT[verdict.action]))
    return told
