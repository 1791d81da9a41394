"""Fills a world with the shop 云裳服饰: the same people, ids and relations every time."""

from __future__ import annotations

import hashlib
import random

from wecom_simulator import shop_people as people
from wecom_simulator.limits import DAY
from wecom_simulator.world.records import (
    ContactWay,
    Customer,
    Department,
    Follow,
    Group,
    GroupMember,
    Member,
    Message,
    Robot,
    State,
    Tag,
    TagGroup,
)

CUSTOMERS = 300
WANG_JIE = "wmWangJie0000000000000000000001"
ROBOT_KEY = "00000000-0000-4000-8000-000000000001"
SERVING = (people.GUIDE, people.MANAGER)


def fill_shop(state: State, now: int) -> None:
    """Times lie in the months before `now`; everything else is fixed."""
    chance = random.Random(20250101)
    for number, name, parent in people.DEPARTMENTS:
        state.departments[number] = Department(number, name, parent, 1000 - number)
    for index, (userid, name, department, position) in enumerate(people.MEMBERS):
        leads = [department] if position == people.MANAGER else []
        mobile = f"1380000{1000 + index}"
        member = Member(userid, name, [department], position, leads, position in SERVING, mobile=mobile)
        state.members[userid] = member
    _add_tags(state, now)
    _add_contact_ways(state, now)
    _add_customers(state, now, chance)
    _add_groups(state, now, chance)
    _add_conversations(state, now)
    state.robots[ROBOT_KEY] = Robot(ROBOT_KEY, "运营通知群")


def fixed_id(prefix: str, name: str, length: int = 32) -> str:
    return prefix + hashlib.sha256(name.encode()).hexdigest()[: length - len(prefix)]


def _guides(state: State) -> list[Member]:
    return [each for each in state.members.values() if each.position == people.GUIDE]


def _add_tags(state: State, now: int) -> None:
    made = now - 400 * DAY
    for place, (group_name, names) in enumerate(people.TAG_GROUPS):
        group = TagGroup(fixed_id("et", group_name), group_name, 100 - place, made)
        group.tags = [
            Tag(fixed_id("et", f"{group_name}/{name}"), name, 100 - index, made)
            for index, name in enumerate(names)
        ]
        state.tag_groups[group.id] = group


def _add_contact_ways(state: State, now: int) -> None:
    for member in _guides(state):
        config_id = fixed_id("", f"till {member.userid}")
        state.contact_ways[config_id] = ContactWay(
            config_id=config_id,
            type=1,
            scene=2,
            create_time=now - 60 * DAY,
            remark="收银台码",
            state=f"till-{member.userid}",
            users=[member.userid],
            agent_id=next(iter(state.applications)),
        )


def _add_customers(state: State, now: int, chance: random.Random) -> None:
    guides = _guides(state)
    lin = state.members["lin"]
    wang_jie = Customer(WANG_JIE, "王姐", gender=2, unionid=fixed_id("ozynqs", WANG_JIE, 28))
    state.customers[WANG_JIE] = wang_jie
    wang_jie.follows["lin"] = _follow(lin, now - 200 * DAY, chance)
    wang_jie.follows["lin"].remark = "王姐"
    wang_jie.follows["lin"].description = "喜欢素色连衣裙，穿 M 码"
    wang_jie.follows["lin"].remark_mobiles = ["13800001234"]
    wang_jie.follows["lin"].tags = _tag_ids("会员等级/金卡", "购买偏好/通勤", "尺码/M", "来源/门店扫码")
    for index in range(1, CUSTOMERS):
        customer = _customer(state, index, chance)
        state.customers[customer.external_userid] = customer
        first = lin if index % 8 == 0 else chance.choice(guides)
        followers = [first]
        if chance.random() < 0.12:
            store = set(first.departments)
            beside = [e for e in guides if e is not first and store & set(e.departments)]
            followers.append(chance.choice(beside))
        for member in followers:
            added = now - chance.randrange(2 * DAY, 380 * DAY)
            follow = _follow(member, added, chance)
            if chance.random() < 0.6:
                follow.remark = customer.name + ("" if chance.random() < 0.5 else "·老客")
            customer.follows[member.userid] = follow


def _customer(state: State, index: int, chance: random.Random) -> Customer:
    """One man in eight; people from WeChat often go by a nickname, and some of those tell no gender."""
    known = {each.name for each in state.customers.values()}
    name, gender = "", 0
    while not name or name in known:
        name, gender = _name(chance)
    external_userid = fixed_id("wm", f"customer {index}")
    unionid = fixed_id("ozynqs", external_userid, 28)
    return Customer(external_userid, name, gender=gender, unionid=unionid)


def _name(chance: random.Random) -> tuple[str, int]:
    surname = chance.choice(people.SURNAMES)
    kind = chance.random()
    if kind < 0.45:
        return chance.choice(people.NICKNAMES) + chance.choice(people.NICKNAME_ENDINGS), chance.choice((0, 2))
    if kind < 0.7:
        return surname + chance.choice(people.WOMEN_ADDRESSED), 2
    if kind < 0.88:
        return surname + chance.choice(people.WOMENS_NAMES), 2
    return surname + chance.choice((*people.MENS_NAMES, "先生", "总")), 1


def _follow(member: Member, added: int, chance: random.Random) -> Follow:
    scanned = chance.random() < 0.7
    mobiles = [f"1380000{chance.randrange(10000):04d}"] if chance.random() < 0.3 else []
    tags = []
    for group, most in (("会员等级", 1), ("购买偏好", 2), ("尺码", 1), ("来源", 1), ("关注点", 1)):
        names = dict(people.TAG_GROUPS)[group]
        if chance.random() < 0.6:
            tags += _tag_ids(*(f"{group}/{e}" for e in chance.sample(names, chance.randint(1, most))))
    return Follow(
        userid=member.userid,
        createtime=added,
        description=chance.choice(people.DESCRIPTIONS),
        state=f"till-{member.userid}" if scanned else "",
        add_way=1 if scanned else chance.choice((2, 3, 4)),
        tags=tags,
        personal_tags=["回头客"] if chance.random() < 0.05 else [],
        remark_mobiles=mobiles,
        deleted_by_customer=chance.random() < 0.02,
        last_chat_at=added + chance.randrange(DAY),
    )


def _tag_ids(*names: str) -> list[str]:
    return [fixed_id("et", each) for each in names]


def _add_groups(state: State, now: int, chance: random.Random) -> None:
    stores = {"南京路店": 11, "徐汇店": 12, "天河店": 21, "福田店": 22}
    for place, name in enumerate(people.GROUP_NAMES):
        store = stores[name.split("·")[0]]
        staff = [each for each in state.members.values() if store in each.departments]
        owner = state.members["lin"] if place < 3 else chance.choice(staff)
        made = now - chance.randrange(30 * DAY, 300 * DAY)
        group = Group(fixed_id("wr", name), name, owner.userid, made)
        group.notice = "欢迎来到云裳，群内不定期分享新品与穿搭，请勿发广告。"
        group.admins = [each.userid for each in staff if each.leads and each is not owner]
        group.members = [_person(each.userid, 1, each.name, made, owner.userid) for each in staff]
        store_ids = {each.userid for each in staff}
        near = [each for each in state.customers.values() if store_ids & set(each.follows)]
        for customer in chance.sample(near, min(len(near), chance.randint(8, 45))):
            joined = made + chance.randrange(20 * DAY)
            group.members.append(_person(customer.external_userid, 2, customer.name, joined, owner.userid))
        if place == 0 and all(each.id != WANG_JIE for each in group.members):
            group.members.append(_person(WANG_JIE, 2, "王姐", made + DAY, owner.userid))
        group.member_version = fixed_id("", f"{name} 1")
        state.groups[group.chat_id] = group


def _person(person_id: str, kind: int, name: str, joined: int, invitor: str) -> GroupMember:
    return GroupMember(person_id, kind, joined, 1, invitor, name=name)


def _add_conversations(state: State, now: int) -> None:
    """So that the first chats of lin are not empty."""
    friends = [e for e in state.customers.values() if "lin" in e.follows and not e.follows["lin"].half]
    for place, (customer, lines) in enumerate(zip(friends, people.CONVERSATIONS, strict=False)):
        chat = f"single:lin:{customer.external_userid}"
        at = float(now - 1800 - place * 5400)
        for line in lines:
            kind, _, text = line.partition(" ")
            state.counter += 1
            sender = "lin" if kind == "member" else customer.external_userid
            bubble = Message(state.counter, chat, kind, sender, "text", {"content": text}, at, "typed")
            state.chats.setdefault(chat, []).append(bubble)
            at += 60
        customer.follows["lin"].last_chat_at = int(at)
