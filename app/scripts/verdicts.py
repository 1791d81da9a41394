"""The filter's verdict on scripts as they are written, kept in this process until the list or the day changes."""

import hashlib
from threading import Lock

from sqlalchemy.orm import Session

from app import clock
from app.compliance.checks import judged
from app.compliance.lexicon import CheckUnavailable, current
from app.compliance.places import place_of
from app.compliance.schemas import hit_view
from app.scripts.schemas import ScriptCheck
from app.viewer import Viewer
from sensitive_words import Lexicon

CHANNEL = "sidebar"
MOST_KEPT = 20_000

UNKNOWN = ScriptCheck(action="block", hits=[])
"""The filter cannot answer: the script is shown, and may not leave."""


class _Kept:
    def __init__(self, lexicon: Lexicon | None, day: str) -> None:
        self.lexicon, self.day = lexicon, day
        self.checks: dict[bytes, ScriptCheck] = {}


_kept = _Kept(None, "")
_lock = Lock()


def check_of(session: Session, text: str, *, by: Viewer | None = None) -> ScriptCheck:
    """
    :param by: who would send it; None where words of all stores and roles shall hold.
    """
    try:
        return _checked(session, current(session), text, by)
    except CheckUnavailable:
        return UNKNOWN


def _checked(session: Session, lexicon: Lexicon, text: str, by: Viewer | None) -> ScriptCheck:
    global _kept
    place = place_of(session, lexicon, channel=CHANNEL, by=by)
    people = sorted((name, sorted(values)) for name, values in place.items() if name != "channel")
    key = hashlib.sha256(f"{people}\x00{text}".encode("utf-8", "replace")).digest()
    day = clock.in_shop_time(clock.now()).date().isoformat()
    with _lock:
        if _kept.lexicon is not lexicon or _kept.day != day or len(_kept.checks) > MOST_KEPT:
            _kept = _Kept(lexicon, day)
        kept = _kept.checks
    if key not in kept:
        said = judged(lexicon, text, channel=CHANNEL, session=session, by=by)
        kept[key] = ScriptCheck(action=said.action.value, hits=[hit_view(hit) for hit in said.hits])
    return kept[key]
