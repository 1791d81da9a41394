"""The few pages a person may meet while signing in: plain HTML, because nothing of the front end is loaded yet."""

from html import escape
from urllib.parse import quote

from flask import Response

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<body style="font: 16px/1.6 system-ui, sans-serif; max-width: 30em; margin: 15vh auto 0; padding: 0 20px">
<h1 style="font-size: 20px">{title}</h1>
<p>{what}</p>
<p><a href="/api/sign-in/start?next={again}">重新登录</a></p>
</body>
</html>
"""


def stopped(status: int, title: str, what: str, *, next_page: str) -> Response:
    """
    :param what: what happened and what to do now.
    """
    page = _PAGE.format(
        title=escape(title), what=escape(what), again=escape(quote(next_page, safe="/"), quote=True)
    )
    return Response(page, status=status, content_type="text/html; charset=utf-8")
