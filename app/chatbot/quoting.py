"""
How the bot may speak of words that must not leave.

Its answers go through the filter like every text, so a forbidden passage is quoted with only its first character
(「全****」) and told by its place. Whatever the filter still finds in a finished answer is masked the same way; an
answer that it stops nevertheless gives way to a sentence without any quotation.
"""

from sqlalchemy.orm import Session

from app.compliance import checks
from app.viewer import Viewer
from sensitive_words import Action, Hit

MASK = "*"
MOST_ROUNDS = 4
HARMLESS = frozenset({Action.RECORD})
NOTHING_QUOTED = "这个回答里有不能发出的内容，没法在这里显示。请打开侧边栏查看，或换个说法再问我。"


def quoted(passage: str) -> str:
    """Enough to recognise it beside its place, too little to be the word."""
    return passage[:1] + MASK * max(len(passage) - 1, 1)


def sayable(session: Session, viewer: Viewer, text: str) -> str:
    """
    The text with every passage masked that the filter would stop, change or ask a reason for.

    :raises CheckUnavailable: if the filter cannot answer.
    """
    for _ in range(MOST_ROUNDS):
        said = checks.verdict(text, channel="bot", session=session, by=viewer)
        hits = [hit for hit in said.hits if hit.action not in HARMLESS]
        if not hits:
            return text
        text = _masked(text, hits)
    return NOTHING_QUOTED


def _masked(text: str, hits: list[Hit]) -> str:
    characters = list(text)
    for hit in hits:
        characters[hit.start : hit.end] = [
            each if each in "\n「」" else MASK for each in characters[hit.start : hit.end]
        ]
    return "".join(characters)
