"""The accuracy that was reached, committed beside the corpus, and whether today's falls short of it."""

import json
from collections.abc import Iterator

from sensitive_words.lexicon import Lexicon
from sensitive_words.score import CORPUS, HALVES, cases, evasion, measured, ours
from sensitive_words.starter import starter_entries

COMMITTED = CORPUS / "scores.json"
ROUNDING = 4
Scores = dict[str, dict[str, float]]


def scores() -> Scores:
    """For each half, category and disguise its figures; larger is better in all of them but `false_alarms`."""
    entries = starter_entries()
    lexicon = Lexicon(entries)
    found: Scores = {}
    for half in HALVES:
        for category, figures in sorted(measured(ours(lexicon), cases(half)).items()):
            found[f"{half} {category}"] = {
                "precision": round(figures.precision, ROUNDING),
                "recall": round(figures.recall, ROUNDING),
                "f1": round(figures.f1, ROUNDING),
            }
            if category == "all":
                found[f"{half} {category}"]["false_alarms"] = round(figures.false_alarms, ROUNDING)
    for name, hit, total in evasion(lexicon, entries):
        found[f"伪装 {name}"] = {"recall": round(hit / (total or 1), ROUNDING)}
    return found


def drops(now: Scores, committed: Scores) -> Iterator[str]:
    """One sentence for each figure that is worse than the committed one, or gone."""
    for name, figures in committed.items():
        for figure, before in figures.items():
            today = now.get(name, {}).get(figure)
            if today is None:
                yield f"{name} 的 {figure} 没有了（原来 {before}）"
            elif (today > before) if figure == "false_alarms" else (today < before):
                yield f"{name} 的 {figure} 从 {before} 变成 {today}"


def committed() -> Scores:
    loaded: Scores = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return loaded


def commit(now: Scores) -> None:
    COMMITTED.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
