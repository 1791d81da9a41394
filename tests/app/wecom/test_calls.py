"""Every call of the product once against the simulated WeCom, with the habits that trip callers up."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app.errors import Invalid
from app.wecom.calls import (
    addresses,
    contact_ways,
    contacts,
    customers,
    groups,
    intercept_rules,
    mass_messages,
    media,
    messages,
    oauth,
    robot,
    tags,
    welcome,
)
from app.wecom.client import WeCom
from app.wecom.errors import NoAnswer, Refused, TryLater
from app.wecom.jssdk import agent_config_signature, config_signature
from wecom_simulator import Answer, Http, Reset, Simulator, Truncated

WANG = "wmWangJie0000000000000000000001"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def span(shop: Simulator) -> dict[str, datetime]:
    now = datetime.fromtimestamp(shop.clock.now(), UTC)
    return {"since": now - timedelta(hours=1), "until": now + timedelta(hours=1)}


# Members


def test_a_member_and_their_departments(shop_client: WeCom) -> None:
    manager = contacts.user_get(shop_client, "li")
    assert (manager.userid, manager.name, manager.position, manager.leads) == ("li", "李昂", "店长", (11,))
    assert manager.is_active
    assert {each.userid for each in contacts.users_of_department(shop_client, 11)} >= {"lin", "zhang", "li"}
    store = next(each for each in contacts.department_list(shop_client) if each.department_id == 11)
    assert (store.name, store.parent_id) == ("上海南京路店", 2)


def test_a_member_that_does_not_exist_is_refused(shop_client: WeCom) -> None:
    with pytest.raises(Refused) as caught:
        contacts.user_get(shop_client, "nobody")
    assert caught.value.errcode in {60111, 46004}


# Customers


def test_a_customer_with_all_who_follow(shop_client: WeCom) -> None:
    assert "lin" in customers.follow_users(shop_client)
    assert WANG in customers.customer_ids(shop_client, "lin")
    wang = customers.customer(shop_client, WANG)
    follow = next(each for each in wang.follows if each.userid == "lin")
    assert (wang.external_user_id, wang.kind, follow.remark) == (WANG, 1, "王姐")
    assert follow.added_at is not None


def test_a_member_without_customers_has_an_empty_list(shop: Simulator, shop_client: WeCom) -> None:
    """WeCom says 84061 here, and an empty list on every failure."""
    shop.script["externalcontact/list"] = [Answer(errcode=84061), Answer(errcode=60111)]
    assert customers.customer_ids(shop_client, "lin") == ()
    with pytest.raises(Refused):
        customers.customer_ids(shop_client, "lin")
    assert WANG in customers.customer_ids(shop_client, "lin")


def test_a_failed_list_is_not_an_empty_list(shop: Simulator, shop_client: WeCom) -> None:
    shop.script["externalcontact/get_follow_user_list"] = [Answer(errcode=48002)]
    with pytest.raises(Refused):
        customers.follow_users(shop_client)


def test_a_batch_of_customers_comes_in_pages_to_the_end(shop: Simulator, shop_client: WeCom) -> None:
    expected = {(each, "lin") for each in customers.customer_ids(shop_client, "lin")}
    expected |= {(each, "zhang") for each in customers.customer_ids(shop_client, "zhang")}
    pages = list(customers.customers_of(shop_client, ["lin", "zhang"], limit=7))
    found = {(each.external_user_id, follow.userid) for page in pages for each in page for follow in each.follows}
    assert found == expected
    assert len(pages) > 1
    assert {len(each.follows) for page in pages for each in page} == {1}


def test_remarks_are_written_and_left_alone(shop_client: WeCom, cleared: type) -> None:
    customers.remark(shop_client, "lin", WANG, remark=cleared("王女士"), remark_mobiles=["13800000001"])
    customers.remark(shop_client, "lin", WANG, description=cleared("喜欢风衣"))
    follow = next(each for each in customers.customer(shop_client, WANG).follows if each.userid == "lin")
    assert (follow.remark, follow.description, follow.remark_mobiles) == ("王女士", "喜欢风衣", ("13800000001",))
    customers.remark(shop_client, "lin", WANG, remark_mobiles=[])
    follow = next(each for each in customers.customer(shop_client, WANG).follows if each.userid == "lin")
    assert follow.remark_mobiles == ()
    customers.remark(shop_client, "lin", WANG)


# Tags


def test_tags_are_made_marked_renamed_and_deleted(shop_client: WeCom, cleared: type) -> None:
    group = tags.add_tags(shop_client, [cleared("棉"), cleared("麻")], group_name=cleared("面料"))
    assert [each.name for each in group.tags] == ["棉", "麻"]
    cotton, linen = group.tags
    tags.mark_tag(shop_client, "lin", WANG, add=[cotton.tag_id])
    follow = next(each for each in customers.customer(shop_client, WANG).follows if each.userid == "lin")
    assert cotton.tag_id in follow.tag_ids
    batch = {
        each.external_user_id: each.follows[0]
        for page in customers.customers_of(shop_client, ["lin"])
        for each in page
    }
    assert cotton.tag_id in batch[WANG].tag_ids, "the batch spells tags in another way"
    tags.mark_tag(shop_client, "lin", WANG, remove=[cotton.tag_id])
    tags.edit_tag(shop_client, linen.tag_id, name=cleared("亚麻"))
    assert [each.name for each in tags.tag_groups(shop_client, group_ids=[group.group_id])[0].tags] == [
        "棉",
        "亚麻",
    ]
    tags.delete_tags(shop_client, group_ids=[group.group_id])
    assert "面料" not in {each.name for each in tags.tag_groups(shop_client) if not each.is_deleted}


# Groups


def test_groups_and_their_members(shop_client: WeCom) -> None:
    summaries = list(groups.group_list(shop_client, owners=["lin"], limit=1))
    assert len(summaries) >= 1
    group = groups.group_get(shop_client, summaries[0].chat_id)
    assert group.owner == "lin"
    assert any(each.is_external and each.name for each in group.members)
    assert group.member_version
    everybodys = [each.chat_id for each in groups.group_list(shop_client, limit=3)]
    assert len(everybodys) == len(set(everybodys)) == 20


# Contact codes


def test_a_contact_code_from_making_to_deleting(shop_client: WeCom, cleared: type) -> None:
    config_id, qr_code = contact_ways.add_contact_way(
        shop_client, userids=["lin"], state="s1", remark=cleared("收银台")
    )
    assert qr_code
    contact_ways.update_contact_way(shop_client, config_id, state="s2")
    way = contact_ways.get_contact_way(shop_client, config_id)
    assert (way.userids, way.state, way.remark, way.qr_code) == (("lin",), "s2", "收银台", qr_code)
    assert config_id in set(contact_ways.contact_way_ids(shop_client, limit=3))
    contact_ways.delete_contact_way(shop_client, config_id)
    with pytest.raises(Refused):
        contact_ways.get_contact_way(shop_client, config_id)


# Welcome


def test_a_welcome_goes_once_and_in_time(shop: Simulator, shop_client: WeCom, cleared: type) -> None:
    code = shop.world.customer_scans(userid="lin", name="小陈")["welcome_code"]
    welcome.send_welcome_msg(shop_client, code, cleared("欢迎光临"))
    with pytest.raises(Refused):
        welcome.send_welcome_msg(shop_client, code, cleared("欢迎光临"))
    late = shop.world.customer_scans(userid="lin", name="小林")["welcome_code"]
    shop.clock.advance(21)
    with pytest.raises(Refused) as caught:
        welcome.send_welcome_msg(shop_client, late, cleared("欢迎光临"))
    assert caught.value.errcode == 41050


def test_another_app_that_is_welcoming_is_waited_for(shop: Simulator, shop_client: WeCom, cleared: type) -> None:
    code = shop.world.customer_scans(userid="lin", name="小陈")["welcome_code"]
    shop.script["externalcontact/send_welcome_msg"] = [Answer(errcode=41096)]
    with pytest.raises(TryLater) as caught:
        welcome.send_welcome_msg(shop_client, code, cleared())
    assert caught.value.retry_after == timedelta(seconds=2)
    welcome.send_welcome_msg(shop_client, code, cleared())


# Mass messages


def test_a_mass_message_from_task_to_result(shop: Simulator, shop_client: WeCom, cleared: type) -> None:
    created = mass_messages.add_msg_template(
        shop_client, cleared("新品到店"), sender="lin", external_user_ids=[WANG, "wmNobody"]
    )
    assert created.failed == ("wmNobody",)
    with pytest.raises(TryLater) as caught:
        list(mass_messages.member_tasks(shop_client, created.msgid))
    assert caught.value.errcode == 41063
    shop.clock.advance(600)
    assert [(task.userid, task.is_sent) for task in mass_messages.member_tasks(shop_client, created.msgid)] == [
        ("lin", False)
    ]
    for _ in range(3):
        mass_messages.remind(shop_client, created.msgid)
    with pytest.raises(TryLater) as caught:
        mass_messages.remind(shop_client, created.msgid)
    assert caught.value.retry_after == timedelta(hours=24)
    shop.world.member_confirms_task("lin", created.msgid)
    assert all(task.is_sent and task.sent_at for task in mass_messages.member_tasks(shop_client, created.msgid))
    results = list(mass_messages.send_results(shop_client, created.msgid, "lin"))
    assert [(each.external_user_id, each.status) for each in results] == [(WANG, mass_messages.SENT)]


@pytest.mark.parametrize(
    "fault",
    [Reset(after_effect=True), Truncated(), Http(502, after_effect=True), Answer(-1, after_effect=True)],
    ids=repr,
)
def test_a_create_whose_answer_got_lost_is_found_by_listing(
    shop: Simulator, shop_client: WeCom, cleared: type, fault: object
) -> None:
    """WeCom made the task: exactly one, and the list names it."""
    shop.script["externalcontact/add_msg_template"] = [fault]
    with pytest.raises(NoAnswer):
        mass_messages.add_msg_template(shop_client, cleared("秋装"), sender="lin", external_user_ids=[WANG])
    assert shop.calls.count("externalcontact/add_msg_template") == 1
    listed = [each for each in mass_messages.mass_messages(shop_client, **span(shop)) if each.text == "秋装"]
    assert len(listed) == 1
    mass_messages.cancel(shop_client, listed[0].msgid)


def test_a_mass_message_to_groups(shop: Simulator, shop_client: WeCom, cleared: type) -> None:
    chat_ids = [each.chat_id for each in groups.group_list(shop_client, owners=["lin"])]
    created = mass_messages.add_msg_template_for_groups(
        shop_client, cleared("群里见"), sender="lin", chat_ids=chat_ids[:1]
    )
    listed = list(mass_messages.mass_messages(shop_client, chat_type="group", **span(shop)))
    assert created.msgid in {each.msgid for each in listed}


# Word rules of WeCom's own


def test_an_intercept_rule_from_making_to_deleting(shop_client: WeCom) -> None:
    rule_id = intercept_rules.add_rule(shop_client, "竞品", ["别家"], department_ids=[1], semantics=[1])
    assert rule_id in {each.rule_id for each in intercept_rules.rules(shop_client)}
    intercept_rules.update_rule(shop_client, rule_id, words=["别家", "他家"], semantics=[])
    rule = intercept_rules.rule(shop_client, rule_id)
    assert (rule.name, rule.words, rule.semantics, rule.department_ids) == ("竞品", ("别家", "他家"), (), (1,))
    intercept_rules.delete_rule(shop_client, rule_id)
    with pytest.raises(Refused):
        intercept_rules.rule(shop_client, rule_id)


@pytest.mark.parametrize("words", [[], ["x" * 33], [""], ["x"] * 301], ids=["none", "long", "empty", "many"])
def test_words_that_wecom_would_refuse_or_ignore_do_not_leave(
    shop: Simulator, shop_client: WeCom, words: list[str]
) -> None:
    with pytest.raises(Invalid):
        intercept_rules.update_rule(shop_client, "rule", words=words)
    assert shop.calls.count("externalcontact/update_intercept_rule") == 0


# Media


def test_media_are_uploaded_for_three_days(shop_client: WeCom, cleared: type) -> None:
    uploaded = media.upload(shop_client, media.IMAGE, cleared(media.safe_name("新品/海报 1.png")), PNG)
    assert uploaded.media_id
    assert uploaded.expires_at > datetime.now(UTC) + timedelta(days=2, hours=23)
    name = cleared("a.png")
    attached = media.upload_attachment(shop_client, media.IMAGE, name, PNG, purpose=media.FOR_ALBUM)
    assert attached.media_id != uploaded.media_id
    assert media.upload_picture_for_ever(shop_client, name, PNG).startswith("http")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (media.IMAGE, b""),
        (media.IMAGE, b"GIF89a" + bytes(100)),
        (media.IMAGE, b"<svg onload=alert(1)>"),
        (media.IMAGE, PNG + bytes(10 * 1024 * 1024)),
        (media.VOICE, b"ID3" + bytes(100)),
        (media.VIDEO, PNG),
    ],
    ids=["empty", "gif", "svg", "large", "mp3", "png as video"],
)
def test_what_wecom_would_refuse_is_not_uploaded(
    shop: Simulator, shop_client: WeCom, cleared: type, kind: media.Kind, content: bytes
) -> None:
    with pytest.raises(Invalid):
        media.upload(shop_client, kind, cleared("a"), content)
    assert shop.calls.count("media/upload") == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd", "passwd"), ('a";\r\nX: y.png', "aX: y.png"), ("", "file"), ("a/", "file")],
)
def test_a_file_name_cannot_break_the_upload(given: str, kept: str) -> None:
    assert media.safe_name(given) == kept


# Messages to members


def test_a_message_to_members_names_who_got_nothing(shop_client: WeCom, cleared: type) -> None:
    sent = messages.send_text(shop_client, ["Lin", "nobody"], cleared("请确认群发"))
    assert sent.invalid_userids == ("nobody",)
    messages.recall(shop_client, sent.msgid)
    with pytest.raises(Refused) as caught:
        messages.send_text(shop_client, ["nobody"], cleared("请确认群发"))
    assert caught.value.errcode == 81013


def test_a_card_to_a_member(shop: Simulator, shop_client: WeCom, cleared: type) -> None:
    card = messages.Card(
        cleared("群发待确认"),
        cleared("新品到店"),
        "https://desk.example.com/",
        rows=((cleared("客户"), cleared("12")),),
    )
    assert messages.send_card(shop_client, ["lin"], card).msgid
    assert messages.send_markdown(shop_client, ["lin"], cleared("**你好**")).msgid


def test_a_robot_that_is_gone_is_refused(shop_client: WeCom, cleared: type) -> None:
    with pytest.raises(Refused) as caught:
        robot.send_text(shop_client, "no-such-robot", cleared("日报"))
    assert caught.value.errcode == 93000


# Sign-in, tickets, addresses


def test_sign_in_inside_wecom(shop: Simulator, shop_client: WeCom) -> None:
    url = oauth.authorize_url(
        f"{shop.url}/connect/oauth2/authorize",
        shop_client,
        redirect_uri="http://127.0.0.1:8000/api/sign-in/callback?a=1&b=2",
        state="state123",
    )
    assert url.endswith("#wechat_redirect")
    answer = requests.get(url, cookies={"simulated_client": "lin"}, allow_redirects=False, timeout=5)
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["state"] == ["state123"]
    person = oauth.userinfo(shop_client, back["code"][0])
    assert (person.userid, person.is_member) == ("lin", True)
    with pytest.raises(Refused):
        oauth.userinfo(shop_client, back["code"][0])


def test_sign_in_in_a_browser_names_app_and_state(shop_client: WeCom) -> None:
    url = oauth.web_login_url(
        "https://login/wwlogin/sso/login", shop_client, redirect_uri="https://d/?a=b", state="s"
    )
    assert parse_qs(urlsplit(url).query) == {
        "login_type": ["CorpApp"],
        "appid": [shop_client.corp_id],
        "agentid": ["1000002"],
        "redirect_uri": ["https://d/?a=b"],
        "state": ["s"],
    }


def test_signatures_are_accepted_by_wecom(shop: Simulator, shop_client: WeCom) -> None:
    page, origins = "http://127.0.0.1:8000/sidebar/?a=1", {"http://127.0.0.1:8000"}
    for kind, sign in (("config", config_signature), ("agent_config", agent_config_signature)):
        signed = sign(shop_client, page, origins=origins)
        verdict = requests.post(
            f"{shop.url}/simulator/jssdk/verify",
            json={
                "kind": kind,
                "corpid": shop_client.corp_id,
                "agentid": str(shop_client.agent_id),
                "url": page,
                "noncestr": signed.nonce_str,
                "timestamp": signed.timestamp,
                "signature": signed.signature,
            },
            timeout=5,
        ).json()
        assert verdict["ok"], verdict


def test_addresses_to_open_a_firewall_for(shop_client: WeCom) -> None:
    assert addresses.callback_addresses(shop_client)


def test_an_expired_token_is_renewed_without_anybody_noticing(shop: Simulator, shop_client: WeCom) -> None:
    customers.follow_users(shop_client)
    shop.clock.advance(7300)
    assert "lin" in customers.follow_users(shop_client)
    assert shop.calls.count("gettoken") == 2
