"""What the simulated WeCom remembers. Plain records; what may happen to them is in the neighbouring modules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ROOT_DEPARTMENT = 1


@dataclass
class Department:
    id: int
    name: str
    parent_id: int
    order: int = 0
    name_en: str = ""


@dataclass
class Member:
    userid: str
    name: str
    departments: list[int]
    position: str = ""
    leads: list[int] = field(default_factory=list)
    customer_contact: bool = True
    """Has the 客户联系 right, so may own customers."""
    status: int = 1
    """1 active, 2 disabled, 4 not activated, 5 left."""
    gender: int = 0
    mobile: str = ""


@dataclass
class Follow:
    """One member's relation with one customer: remark, tags and way of adding belong to the pair."""

    userid: str
    createtime: int
    remark: str = ""
    description: str = ""
    state: str = ""
    add_way: int = 1
    oper_userid: str = ""
    tags: list[str] = field(default_factory=list)
    """Ids of corp tags."""
    personal_tags: list[str] = field(default_factory=list)
    remark_mobiles: list[str] = field(default_factory=list)
    remark_corp_name: str = ""
    half: bool = False
    """Added without verification and not yet two-way: many calls say 84061."""
    deleted_by_customer: bool = False
    last_chat_at: int = 0


@dataclass
class Customer:
    external_userid: str
    name: str
    gender: int = 0
    type: int = 1
    unionid: str = ""
    corp_name: str = ""
    position: str = ""
    follows: dict[str, Follow] = field(default_factory=dict)


@dataclass
class Tag:
    id: str
    name: str
    order: int
    create_time: int
    deleted: bool = False


@dataclass
class TagGroup:
    id: str
    name: str
    order: int
    create_time: int
    agent_id: str = ""
    """The app that made it; empty: made by a person. Apps may edit any group unless the switch forbids it."""
    deleted: bool = False
    tags: list[Tag] = field(default_factory=list)


@dataclass
class GroupMember:
    id: str
    type: int
    """1 a member, 2 an external contact."""
    join_time: int
    join_scene: int = 1
    invitor: str = ""
    nickname: str = ""
    name: str = ""
    state: str = ""


@dataclass
class Group:
    chat_id: str
    name: str
    owner: str
    create_time: int
    notice: str = ""
    status: int = 0
    members: list[GroupMember] = field(default_factory=list)
    admins: list[str] = field(default_factory=list)
    member_version: str = ""
    dismissed: bool = False


@dataclass
class ContactWay:
    config_id: str
    type: int
    scene: int
    create_time: int
    style: int = 1
    remark: str = ""
    skip_verify: bool = True
    state: str = ""
    users: list[str] = field(default_factory=list)
    parties: list[int] = field(default_factory=list)
    is_temp: bool = False
    expires_in: int = 0
    chat_expires_in: int = 0
    unionid: str = ""
    conclusions: dict[str, Any] = field(default_factory=dict)
    agent_id: str = ""


@dataclass
class WelcomeCode:
    code: str
    userid: str
    external_userid: str
    created_at: float
    used: bool = False


@dataclass
class MassTask:
    """One member's part of a mass message."""

    userid: str
    receivers: list[str]
    """external_userids, or chat_ids."""
    status: int = 0
    sent_at: int = 0
    results: dict[str, int] = field(default_factory=dict)


@dataclass
class MassMessage:
    msgid: str
    chat_type: str
    create_time: float
    agent_id: str
    creator: str = ""
    text: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    allow_select: bool = False
    cancelled: bool = False
    reminded_at: list[float] = field(default_factory=list)
    tasks: dict[str, MassTask] = field(default_factory=dict)


@dataclass
class InterceptRule:
    rule_id: str
    rule_name: str
    words: list[str]
    semantics: list[int]
    intercept_type: int
    users: list[str]
    departments: list[int]
    create_time: int
    agent_id: str = ""
    deleted: bool = False


@dataclass
class Media:
    media_id: str
    type: str
    filename: str
    created_at: int
    size: int
    use: str = "message"
    """message, moments or album: WeCom does not let one stand for another (41072)."""
    content_type: str = "application/octet-stream"


@dataclass
class Message:
    """One bubble in one chat."""

    id: int
    chat: str
    sender_kind: str
    """member, customer, app or system."""
    sender: str
    msgtype: str
    content: dict[str, Any]
    at: float
    origin: str
    """typed, welcome, mass_message, sidebar, app or system."""
    recalled: bool = False
    msgid: str = ""


@dataclass
class Token:
    value: str
    agent_id: str
    expires_at: float


@dataclass
class Application:
    agent_id: str
    secret: str
    name: str = "导购台"
    visible_departments: list[int] = field(default_factory=lambda: [ROOT_DEPARTMENT])
    visible_users: list[str] = field(default_factory=list)
    callable_for_customers: bool = True
    """Listed in 「客户联系 → 可调用接口的应用」; without it customer calls say 48002."""
    contacts_sync: bool = False
    """The 通讯录同步 secret: the one that may call user/list_id."""
    token: Token | None = None
    tickets: dict[str, Token] = field(default_factory=dict)
    """By kind: agent_config. The corp's ticket is in State."""


@dataclass
class LoginCode:
    code: str
    userid: str
    created_at: float
    external_userid: str = ""
    scope: str = "snsapi_base"
    used: bool = False


@dataclass
class Robot:
    """A group robot (消息推送)."""

    key: str
    name: str
    disabled: bool = False
    messages: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class State:
    corp_id: str
    salt: str
    """Makes new ids differ between one world and the next, so that a reset never repeats an old msgid."""
    corp_name: str = "云裳服饰"
    counter: int = 0
    clock_offset: float = 0.0
    departments: dict[int, Department] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    tag_groups: dict[str, TagGroup] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    contact_ways: dict[str, ContactWay] = field(default_factory=dict)
    welcome_codes: dict[str, WelcomeCode] = field(default_factory=dict)
    mass_messages: dict[str, MassMessage] = field(default_factory=dict)
    intercept_rules: dict[str, InterceptRule] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    images: dict[str, Media] = field(default_factory=dict)
    """What media/uploadimg keeps for ever, by the last part of its URL."""
    chats: dict[str, list[Message]] = field(default_factory=dict)
    read_up_to: dict[str, int] = field(default_factory=dict)
    """Last message id that a member has seen, by "userid chat"."""
    applications: dict[str, Application] = field(default_factory=dict)
    corp_ticket: Token | None = None
    login_codes: dict[str, LoginCode] = field(default_factory=dict)
    user_tickets: dict[str, LoginCode] = field(default_factory=dict)
    robots: dict[str, Robot] = field(default_factory=dict)
    received_mass_messages: dict[str, list[float]] = field(default_factory=dict)
    """When a customer or group got a mass message: the monthly cap counts them."""
