"""How customers and members find and leave each other, and what members note about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wecom_simulator import events
from wecom_simulator.limits import DAY
from wecom_simulator.world import chats
from wecom_simulator.world.records import Customer, Follow, Member, WelcomeCode
from wecom_simulator.world.refusals import NotPossible

if TYPE_CHECKING:
    from wecom_simulator.world.world import World

SCANNED_CODE = 1
SEARCHED_PHONE = 2


def customer_scans(
    world: World,
    config_id: str = "",
    userid: str = "",
    external_userid: str = "",
    name: str = "",
    gender: int = 0,
    half: bool = False,
) -> dict[str, Any]:
    """客户扫「联系我」二维码（config_id）或某位成员的名片（userid）。"""
    with world.lock:
        state = ""
        if config_id:
            way = world.state.contact_ways.get(config_id)
            if way is None:
                raise NotPossible("没有这个联系方式，可能已被删除")
            users = [*way.users]
            for department in way.parties:
                inside = set(world.department_and_below(department))
                users += [each.userid for each in world.state.members.values() if inside & set(each.departments)]
            active = [each for each in dict.fromkeys(users) if _can_be_added(world.member(each))]
            if not active:
                raise NotPossible("这个联系方式里没有可以添加的成员")
            userid = active[world.state.counter % len(active)]
            state = way.state
        return customer_adds_member(world, userid, external_userid, name, gender, SCANNED_CODE, state, half)


def customer_adds_member(
    world: World,
    userid: str,
    external_userid: str = "",
    name: str = "",
    gender: int = 0,
    add_way: int = SEARCHED_PHONE,
    state: str = "",
    half: bool = False,
) -> dict[str, Any]:
    """客户添加成员；已经是好友时什么也不发生。"""
    with world.changing():
        member = world.member_or_fail(userid)
        if not _can_be_added(member):
            raise NotPossible("这位成员不能添加客户：未激活、已离职或没有客户联系权限")
        customer = _customer(world, external_userid, name, gender)
        chat = chats.single_chat(member.userid, customer.external_userid)
        answer = {"external_userid": customer.external_userid, "userid": member.userid, "chat": chat}
        known = customer.follows.get(member.userid)
        if known is not None and not known.deleted_by_customer:
            return answer | {"welcome_code": None, "added": False}
        at = world.clock.seconds()
        follow = Follow(member.userid, at, state=state, add_way=add_way, half=half, last_chat_at=at)
        if known is not None:
            follow.remark, follow.description = known.remark, known.description
            follow.tags, follow.remark_mobiles = known.tags, known.remark_mobiles
        follow.oper_userid = customer.external_userid
        world.put_follow(customer, follow)
        line = f"{customer.name} 添加了 {member.name}，现在可以开始聊天了"
        chats.say(world, chat, "system", "", "text", {"content": line}, "system")
        code = _welcome_code(world, member.userid, customer)
        _emit(
            world,
            member,
            customer,
            "add_half_external_contact" if half else "add_external_contact",
            state=state or None,
            welcome_code=code,
        )
        return answer | {"welcome_code": code, "added": True}


def half_contact_completes(world: World, userid: str, external_userid: str) -> None:
    """单向好友变成双向好友；欢迎语已发过，所以没有 WelcomeCode。"""
    with world.changing():
        follow = world.follow_or_fail(userid, external_userid)
        if not follow.half:
            raise NotPossible("他们已经是双向好友了")
        follow.half = False
        member, customer = world.member_or_fail(userid), world.customer_or_fail(external_userid)
        _emit(world, member, customer, "add_external_contact", state=follow.state or None)


def customer_deletes(world: World, external_userid: str, userid: str) -> None:
    """客户删除成员：成员仍看得到客户，接口也照常返回。"""
    with world.changing():
        follow = world.follow_or_fail(userid, external_userid)
        if follow.deleted_by_customer:
            raise NotPossible("客户已经删除过这位成员")
        follow.deleted_by_customer = True
        _emit(world, world.member_or_fail(userid), world.customer_or_fail(external_userid), "del_follow_user")


def member_deletes_customer(world: World, userid: str, external_userid: str, source: str = "") -> None:
    """成员删除客户。"""
    with world.changing():
        member, customer = world.member_or_fail(userid), world.customer_or_fail(external_userid)
        world.follow_or_fail(member.userid, external_userid)
        world.remove_follow(customer, member.userid)
        _emit(world, member, customer, "del_external_contact", source=source or None)


def member_edits_customer(
    world: World,
    userid: str,
    external_userid: str,
    remark: str | None = None,
    description: str | None = None,
    remark_mobiles: list[str] | None = None,
    add_tags: list[str] | None = None,
    remove_tags: list[str] | None = None,
    personal_tags: list[str] | None = None,
) -> None:
    """成员在客户端里修改备注、描述、电话或标签。"""
    with world.changing():
        follow = world.follow_or_fail(userid, external_userid)
        unknown = [each for each in add_tags or [] if world.tag(each) is None]
        if unknown:
            raise NotPossible(f"没有编号为 {unknown[0]} 的企业标签")
        if remark is not None:
            follow.remark = remark
        if description is not None:
            follow.description = description
        if remark_mobiles is not None:
            follow.remark_mobiles = list(remark_mobiles)
        if personal_tags is not None:
            follow.personal_tags = list(personal_tags)
        kept = [each for each in follow.tags if each not in (remove_tags or [])]
        follow.tags = list(dict.fromkeys([*kept, *(add_tags or [])]))
        member, customer = world.member_or_fail(userid), world.customer_or_fail(external_userid)
        _emit(world, member, customer, "edit_external_contact", state=follow.state or None)


def _can_be_added(member: Member | None) -> bool:
    return member is not None and member.status == 1 and member.customer_contact


def _customer(world: World, external_userid: str, name: str, gender: int) -> Customer:
    """A known customer, or somebody new from WeChat."""
    if external_userid in world.state.customers:
        return world.state.customers[external_userid]
    if external_userid and not external_userid.startswith(("wm", "wo")):
        raise NotPossible("客户编号以 wm（微信）或 wo（企业微信）开头")
    number = world.next_number()
    return Customer(
        external_userid=external_userid or world.new_id("wm"),
        name=name or f"微信用户{number % 10000:04d}",
        gender=gender,
        type=2 if external_userid.startswith("wo") else 1,
        unionid=world.new_id("ozynqs", 28),
    )


def _welcome_code(world: World, userid: str, customer: Customer) -> str | None:
    """None when WeCom gives none: switched off, or a WeCom user of another corp."""
    if not world.switches.welcome_code or customer.type != 1:
        return None
    codes, now = world.state.welcome_codes, world.clock.now()
    while codes and now - (oldest := next(iter(codes.values()))).created_at > DAY:
        del codes[oldest.code]
    code = world.new_id("", 43)
    codes[code] = WelcomeCode(code, userid, customer.external_userid, now)
    return code


def _emit(world: World, member: Member, customer: Customer, change: str, **details: str | None) -> None:
    plaintext = events.external_contact(
        world.state.corp_id,
        world.clock.seconds(),
        change,
        member.userid,
        customer.external_userid,
        **details,
    )
    world.emit(plaintext, about=member, customers=True)
