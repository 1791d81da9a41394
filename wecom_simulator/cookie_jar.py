"""Cookies of the app, one jar for each simulated guide: a browser would mix them, since cookies ignore ports."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, Morsel, SimpleCookie


class CookieJars:
    """What the WeCom client of each guide would keep. In memory: a restart signs everybody in anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jars: dict[str, dict[str, tuple[str, float | None]]] = {}

    def header_for(self, userid: str) -> str:
        """The value of the Cookie header, "" if there is none."""
        now = time.time()
        with self._lock:
            jar = self._jars.get(userid, {})
            alive = {name: kept for name, kept in jar.items() if kept[1] is None or kept[1] > now}
            if len(alive) < len(jar):
                self._jars[userid] = alive
        return "; ".join(f"{name}={value}" for name, (value, _) in alive.items())

    def keep(self, userid: str, set_cookie_headers: Iterable[str]) -> None:
        for header in set_cookie_headers:
            parsed: SimpleCookie = SimpleCookie()
            try:
                parsed.load(header)
            except CookieError:
                continue
            with self._lock:
                jar = self._jars.setdefault(userid, {})
                for name, morsel in parsed.items():
                    jar[name] = (morsel.coded_value, _end(morsel))

    def forget(self, userid: str) -> None:
        """As if the guide had installed the client anew."""
        with self._lock:
            self._jars.pop(userid, None)


def _end(morsel: Morsel[str]) -> float | None:
    """When it ends, in epoch seconds; None: with the client."""
    if morsel["max-age"]:
        return time.time() + int(morsel["max-age"]) if morsel["max-age"].lstrip("-").isdigit() else None
    if morsel["expires"]:
        try:
            return parsedate_to_datetime(morsel["expires"]).timestamp()
        except ValueError:
            return None
    return None
