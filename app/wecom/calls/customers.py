"""Customers (外部联系人) and who follows them. Remark and tags belong to the pair (member, customer)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.wecom.answers import Answer
from app.wecom.calls.paging import pages
from app.wecom.cleared import Cleared, require_cleared
from app.wecom.client import WeCom
from app.wecom.errcodes import NOT_EXTERNAL_CONTACT
from app.wecom.errors import Refused

MEMBERS_PER_BATCH = 100
LONGEST_REMARK = 20
LONGEST_DESCRIPTION = 150


@dataclass(frozen=True, slots=True)
class Follow:
    """
    One member's view of a customer.

    :param tag_ids: corp tags (and strategy tags, which look the same in a batch); personal tags have no id.
    :param personal_tags: names of the member's own tags; only `customer` knows them.
    :param state: the contact code's `state` through which they met.
    :param add_way: WeCom's number for how they met; 1 is a QR code, 0 unknown.
    """

    userid: str
    remark: str
    description: str
    remark_company: str
    remark_mobiles: tuple[str, ...]
    added_at: datetime | None
    tag_ids: tuple[str, ...]
    personal_tags: tuple[str, ...]
    state: str
    add_way: int
    oper_userid: str


@dataclass(frozen=True, slots=True)
class Customer:
    """
    :param kind: 1 a WeChat user, 2 a WeCom user of another corp (`corp_name` is theirs).
    :param gender: 0 unknown, 1 male, 2 female.
    """

    external_user_id: str
    name: str
    kind: int
    gender: int
    avatar: str
    unionid: str
    corp_name: str
    position: str
    follows: tuple[Follow, ...]


def follow_users(client: WeCom) -> tuple[str, ...]:
    """
    The userids of members with the right to have customers.

    https://developer.work.weixin.qq.com/document/path/92571
    """
    return tuple(
        userid.lower() for userid in client.call("externalcontact/get_follow_user_list").texts("follow_user")
    )


def customer_ids(client: WeCom, userid: str) -> tuple[str, ...]:
    """
    All customers of one member. WeCom says 84061 when there are none; here that is empty.

    https://developer.work.weixin.qq.com/document/path/92113
    """
    try:
        return client.call("externalcontact/list", query={"userid": userid}).texts("external_userid")
    except Refused as refused:
        if refused.errcode == NOT_EXTERNAL_CONTACT:
            return ()
        raise


def customer(client: WeCom, external_user_id: str) -> Customer:
    """
    One customer with all who follow them: more than 500 come in pages, which are read to the end.

    https://developer.work.weixin.qq.com/document/path/92114

    :raises Refused: 84061 if nobody that the app sees follows them (any more).
    """
    query: dict[str, Any] = {"external_userid": external_user_id}
    first = client.call("externalcontact/get", query=query)
    found = _customer(first.object("external_contact"), _follows(first))
    cursor = first.text("next_cursor")
    while cursor:
        page = client.call("externalcontact/get", query={**query, "cursor": cursor})
        found = replace(found, follows=found.follows + _follows(page))
        following = page.text("next_cursor")
        if following == cursor:
            raise page.misshapen("next_cursor")
        cursor = following
    return found


def customers_of(client: WeCom, userids: Sequence[str], *, limit: int = 100) -> Iterator[tuple[Customer, ...]]:
    """
    The customers of some members, a page at a time; each has the one Follow of the member it was found at.

    https://developer.work.weixin.qq.com/document/path/92994
    """
    for start in range(0, len(userids), MEMBERS_PER_BATCH):
        batch = list(userids[start : start + MEMBERS_PER_BATCH])
        try:
            for page in pages(client, "externalcontact/batch/get_by_user", {"userid_list": batch, "limit": limit}):
                yield tuple(
                    _customer(each.object("external_contact"), (_follow(each.object("follow_info")),))
                    for each in page.objects("external_contact_list")
                )
        except Refused as refused:
            if refused.errcode != NOT_EXTERNAL_CONTACT:
                raise


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """
    :param unlicensed: of the members asked for, those whose customers WeCom withholds for want of a licence.
    """

    customers: tuple[Customer, ...]
    next_cursor: str
    unlicensed: tuple[str, ...]


def customers_page(client: WeCom, userids: Sequence[str], *, cursor: str = "", limit: int = 100) -> CustomerPage:
    """
    One page of `customers_of`, for a sync that must be able to go on from where it was killed.

    https://developer.work.weixin.qq.com/document/path/92994
    """
    body = {"userid_list": list(userids), "cursor": cursor, "limit": limit}
    try:
        page = client.call("externalcontact/batch/get_by_user", body=body)
    except Refused as refused:
        if refused.errcode == NOT_EXTERNAL_CONTACT:
            return CustomerPage((), "", ())
        raise
    return CustomerPage(
        tuple(
            _customer(each.object("external_contact"), (_follow(each.object("follow_info")),))
            for each in page.objects("external_contact_list")
        ),
        page.text("next_cursor"),
        page.object("fail_info").texts("unlicensed_userid_list"),
    )


def remark(
    client: WeCom,
    userid: str,
    external_user_id: str,
    *,
    remark: Cleared | None = None,
    description: Cleared | None = None,
    remark_company: Cleared | None = None,
    remark_mobiles: Sequence[str] | None = None,
) -> None:
    """
    Write a member's remarks about a customer; None leaves a field as it is. Sends no callback.

    https://developer.work.weixin.qq.com/document/path/92115

    :param remark_mobiles: replaces all; an empty list clears them, as `[""]` (the page: "an empty string").
    """
    texts = {"remark": remark, "description": description, "remark_company": remark_company}
    cleared = {name: require_cleared(text) for name, text in texts.items() if text is not None}
    given: dict[str, Any] = {name: each.text for name, each in cleared.items()}
    if remark_mobiles is not None:
        given["remark_mobiles"] = list(remark_mobiles) or [""]
    if not given:
        return
    body = {"userid": userid, "external_userid": external_user_id, **given}
    client.call("externalcontact/remark", body=body, cleared=list(cleared.values()))


def _customer(answer: Answer, follows: tuple[Follow, ...]) -> Customer:
    return Customer(
        external_user_id=answer.required_text("external_userid"),
        name=answer.text("name"),
        kind=answer.number("type"),
        gender=answer.number("gender"),
        avatar=answer.text("avatar"),
        unionid=answer.text("unionid"),
        corp_name=answer.text("corp_name"),
        position=answer.text("position"),
        follows=follows,
    )


def _follows(answer: Answer) -> tuple[Follow, ...]:
    return tuple(_follow(each) for each in answer.objects("follow_user"))


def _follow(answer: Answer) -> Follow:
    """`customer` gives `tags` as objects, the batch gives `tag_id` as a list of ids."""
    tags = list(answer.objects("tags"))
    return Follow(
        userid=answer.required_text("userid").lower(),
        remark=answer.text("remark"),
        description=answer.text("description"),
        remark_company=answer.text("remark_corp_name"),
        remark_mobiles=answer.texts("remark_mobiles"),
        added_at=answer.moment("createtime"),
        tag_ids=tuple(tag.text("tag_id") for tag in tags if tag.text("tag_id")) or answer.texts("tag_id"),
        personal_tags=tuple(tag.text("tag_name") for tag in tags if not tag.text("tag_id")),
        state=answer.text("state"),
        add_way=answer.number("add_way"),
        oper_userid=answer.text("oper_userid"),
    )
