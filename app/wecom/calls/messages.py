"""Messages of the app to members (应用消息). They never reach customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import Invalid
from app.wecom.answers import Answer
from app.wecom.calls.texts import within
from app.wecom.cleared import Cleared
from app.wecom.client import WeCom

MOST_MEMBERS = 1000
LONGEST_TEXT_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Delivered:
    """
    :param invalid_userids: lower case; WeCom says ok although these got nothing. All invalid is Refused, 81013.
    :param response_code: to change a card within 72 hours, once; empty for other messages.
    """

    msgid: str
    invalid_userids: tuple[str, ...]
    response_code: str


@dataclass(frozen=True, slots=True)
class Card:
    """
    A text_notice card. Every text a person reads on it was cleared.

    :param url: where a tap leads.
    :param jumps: further (title, url), at most three.
    """

    title: Cleared
    description: Cleared
    url: str
    rows: tuple[tuple[Cleared, Cleared], ...] = ()
    jumps: tuple[tuple[Cleared, str], ...] = ()


def send_text(client: WeCom, userids: Sequence[str], cleared: Cleared) -> Delivered:
    """
    https://developer.work.weixin.qq.com/document/path/90236

    :raises Invalid: over 2,048 bytes, which WeCom would cut without a word.
    :raises NoAnswer: it may have arrived.
    """
    content = {"text": {"content": within(cleared.text, LONGEST_TEXT_BYTES)}}
    return _sent(client, userids, "text", content, [cleared])


def send_markdown(client: WeCom, userids: Sequence[str], cleared: Cleared) -> Delivered:
    """https://developer.work.weixin.qq.com/document/path/90236"""
    content = {"markdown": {"content": within(cleared.text, LONGEST_TEXT_BYTES)}}
    return _sent(client, userids, "markdown", content, [cleared])


def send_card(client: WeCom, userids: Sequence[str], card: Card) -> Delivered:
    """https://developer.work.weixin.qq.com/document/path/90236"""
    if len(card.rows) > 6 or len(card.jumps) > 3:
        raise Invalid("卡片最多 6 行内容、3 个跳转。")
    body: dict[str, Any] = {
        "card_type": "text_notice",
        "main_title": {"title": card.title.text},
        "sub_title_text": card.description.text,
        "card_action": {"type": 1, "url": card.url},
    }
    if card.rows:
        body["horizontal_content_list"] = [{"keyname": key.text, "value": value.text} for key, value in card.rows]
    if card.jumps:
        body["jump_list"] = [{"type": 1, "title": title.text, "url": url} for title, url in card.jumps]
    cleared = [card.title, card.description, *(each for row in card.rows for each in row)]
    cleared += [title for title, _ in card.jumps]
    return _sent(client, userids, "template_card", {"template_card": body}, cleared)


def recall(client: WeCom, msgid: str) -> None:
    """
    Take back a message of this app within 24 hours. Safe to repeat.

    https://developer.work.weixin.qq.com/document/path/94867
    """
    client.call("message/recall", body={"msgid": msgid})


def _sent(
    client: WeCom, userids: Sequence[str], kind: str, content: Mapping[str, Any], cleared: list[Cleared]
) -> Delivered:
    members = list(dict.fromkeys(userid.lower() for userid in userids))
    if not members or "@all" in members:
        raise Invalid("请指定接收消息的成员。")
    if len(members) > MOST_MEMBERS:
        raise Invalid(f"一次最多发给 {MOST_MEMBERS} 位成员。")
    body = {"touser": "|".join(members), "msgtype": kind, "agentid": client.agent_id, **content}
    # WeCom says ok and drops what exceeds 30 a minute or 1,000 an hour to a member: the limiter counts each.
    return _delivered(client.send("message/send", body, cleared=cleared, members=members))


def _delivered(answer: Answer) -> Delivered:
    invalid = tuple(userid.lower() for userid in answer.text("invaliduser").split("|") if userid)
    return Delivered(answer.text("msgid"), invalid, answer.text("response_code"))
