"""Pure parts of signing in: what the browser keeps meanwhile, and where it may go afterwards."""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import sealing
from app.config import Settings

HOME = "/sidebar/"
STATE_LIVES = timedelta(minutes=5)
"""WeCom's code lives as long."""

_PAGES = re.compile(r"/(?:sidebar|console)/(?:[A-Za-z0-9_\-./?=&#,%:+]*)", re.ASCII)
_STATE = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class Begun:
    """
    A sign-in on its way. Kept in a signed cookie of its own, so that starting one stores nothing here.

    :param state: 128 random bits; WeCom brings it back.
    """

    state: str
    next: str
    at: datetime


def begin(next_page: str, now: datetime) -> Begun:
    return Begun(secrets.token_hex(16), safe_next(next_page), now)


def safe_next(wanted: str) -> str:
    """Our own pages only; anything that a browser could read as another place becomes the home page."""
    if len(wanted) > 500 or not _PAGES.fullmatch(wanted):
        return HOME
    path = wanted.partition("?")[0].partition("#")[0]
    if "//" in path or ".." in path or "%" in path:
        return HOME
    return wanted


def is_state(text: str) -> bool:
    return _STATE.fullmatch(text) is not None


def as_cookie(begun: Begun) -> str:
    body = f"{begun.state}.{int(begun.at.timestamp())}.{base64.urlsafe_b64encode(begun.next.encode()).decode()}"
    return f"{body}.{sealing.sign(body, purpose='sign-in state')}"


def from_cookie(value: str, state: str, now: datetime) -> Begun | None:
    """What this very browser began with this very `state` in the last five minutes."""
    body, _, signature = value.rpartition(".")
    if not sealing.signature_fits(body, signature, purpose="sign-in state"):
        return None
    kept, at, page = body.split(".")
    begun = Begun(kept, base64.urlsafe_b64decode(page).decode(), datetime.fromtimestamp(int(at), now.tzinfo))
    too_old = not timedelta(0) <= now - begun.at.replace(microsecond=0) <= STATE_LIVES
    if kept != state or too_old:
        return None
    return begun


def session_cookie(settings: Settings) -> str:
    return "__Host-guidedesk" if is_secure(settings) else "guidedesk"


def state_cookie(settings: Settings, state: str) -> str:
    """One cookie for each attempt: two tabs may sign in side by side."""
    return f"{session_cookie(settings)}-state-{state[:8]}"


def is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")


def is_inside_wecom(user_agent: str, next_page: str) -> bool:
    """The silent OAuth works inside the client only; the sidebar is never opened elsewhere."""
    return "wxwork" in user_agent.lower() or next_page.startswith("/sidebar/")
