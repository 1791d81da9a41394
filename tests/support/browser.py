"""Somebody's browser: signs in the way people do, through WeCom's OAuth, and sends what our pages send."""

from urllib.parse import urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient

WECOM_CLIENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/116.0 Safari/537.36 wxwork/4.1.30"


def fresh_browser(app: Flask) -> FlaskClient:
    """Nobody is signed in. Every request carries the header that our pages set."""
    browser = app.test_client()
    browser.environ_base |= {
        "HTTP_X_REQUESTED_WITH": "guidedesk",
        "HTTP_USER_AGENT": WECOM_CLIENT,
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "wsgi.url_scheme": "http",
    }
    return browser


def signed_in_browser(app: Flask, userid: str, *, page: str = "/sidebar/") -> FlaskClient:
    """
    :param userid: who the simulated WeCom says is holding the phone.
    """
    browser = fresh_browser(app)
    begun = browser.get("/api/sign-in/start", query_string={"next": page})
    assert begun.status_code == 302, begun.text
    allowed = requests.get(
        begun.headers["Location"], cookies={"simulated_client": userid}, allow_redirects=False, timeout=5
    )
    assert allowed.status_code == 302, allowed.text
    back = urlsplit(allowed.headers["Location"])
    done = browser.get(f"{back.path}?{back.query}")
    assert (done.status_code, done.headers.get("Location")) == (302, page), done.text
    return browser


def hand_over(app: Flask, method: str, url: str, body: bytes) -> tuple[int, str]:
    """A callback of the simulated WeCom, delivered without a network."""
    parts = urlsplit(url)
    answer = app.test_client().open(f"{parts.path}?{parts.query}", method=method, data=body)
    return answer.status_code, answer.text
