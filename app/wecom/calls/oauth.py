"""Sign-in: inside WeCom without a word (snsapi_base), and in a browser by scanning."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.wecom.client import WeCom


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`userid` in lower case; empty if the person is no member of the corp."""

    userid: str
    external_user_id: str

    @property
    def is_member(self) -> bool:
        return bool(self.userid)


def authorize_url(page: str, client: WeCom, *, redirect_uri: str, state: str) -> str:
    """
    Where to send a browser inside WeCom.

    https://developer.work.weixin.qq.com/document/path/91022

    :param page: `settings().authorize_url`.
    """
    query = urlencode(
        {
            "appid": client.corp_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": client.agent_id,
        }
    )
    return f"{page}?{query}#wechat_redirect"


def web_login_url(page: str, client: WeCom, *, redirect_uri: str, state: str) -> str:
    """
    Where to send an ordinary browser: a page with a code to scan.

    https://developer.work.weixin.qq.com/document/path/98171

    :param page: `settings().web_login_url`.
    """
    query = urlencode(
        {
            "login_type": "CorpApp",
            "appid": client.corp_id,
            "agentid": client.agent_id,
            "redirect_uri": redirect_uri,
            "state": state,
        }
    )
    return f"{page}?{query}"


def userinfo(client: WeCom, code: str) -> SignedIn:
    """
    Who came back with `code`: it works once, within five minutes.

    https://developer.work.weixin.qq.com/document/path/91023

    :raises Refused: 40029, 42003 or 42022 for a code that does not count (any more): start again, once.
    """
    # A code works once: an answer that got lost is like a used one, and the person signs in again.
    answer = client.for_a_person().call("auth/getuserinfo", query={"code": code})
    return SignedIn(answer.text("userid").lower(), answer.text("external_userid"))
