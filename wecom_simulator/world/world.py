"""The one World: its state, its lock, its indexes, and how it is saved and loaded."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter

from wecom_simulator.clock import Clock
from wecom_simulator.switches import Switches
from wecom_simulator.world import admins, app_chat, chats, group_life, mass, meetings, word_rules
from wecom_simulator.world.blobs import Blobs
from wecom_simulator.world.records import (
    ROOT_DEPARTMENT,
    Application,
    Customer,
    Department,
    Follow,
    Group,
    Member,
    State,
    Tag,
    TagGroup,
)
from wecom_simulator.world.refusals import NotPossible

_STATE: TypeAdapter[State] = TypeAdapter(State)


class World:
    """
    Everything that WeCom knows, and the verbs for what people do in it.

    Whoever reads or changes the state holds `lock`. Verbs take it themselves.
    """

    def __init__(self, state: State, clock: Clock, switches: Switches, blobs: Blobs | None = None) -> None:
        self.lock = threading.RLock()
        self.changed_condition = threading.Condition(self.lock)
        self.clock = clock
        self.switches = switches
        self.blobs = blobs or Blobs()
        self.revision = 1
        self.on_event: Callable[[str], None] = lambda _plaintext: None
        self.stale_groups: dict[str, list[Group]] = {}
        """A group as it was, once per groupchat/get that shall still see it (the lag switch)."""
        self.secret_bans: dict[str, tuple[int, float]] = {}
        """By address: wrong secrets in a row, and until when it is banned."""
        self.recent_app_messages: dict[str, float] = {}
        """Until when an equal message of enable_duplicate_check is dropped."""
        self.replace_state(state)

    # State -----------------------------------------------------------------------------------------------

    def replace_state(self, state: State) -> None:
        """Everything is another world from here on; indexes are built again."""
        with self.lock:
            self.state = state
            self._customers_of: dict[str, dict[str, None]] = {}
            for customer in state.customers.values():
                for userid in customer.follows:
                    self._customers_of.setdefault(userid, {})[customer.external_userid] = None
            self._lower = {userid.lower(): userid for userid in state.members}
            self.departments_changed()
            self._tags = {tag.id: (group, tag) for group in state.tag_groups.values() for tag in group.tags}
            self.stale_groups.clear()
            self.secret_bans.clear()
            self.changed()

    @contextmanager
    def changing(self) -> Iterator[State]:
        """The lock, and a new revision at the end."""
        with self.lock:
            yield self.state
            self.changed()

    def changed(self) -> None:
        with self.changed_condition:
            self.revision += 1
            self.changed_condition.notify_all()

    def wait_for_change(self, since: int, seconds: float) -> int:
        with self.changed_condition:
            self.changed_condition.wait_for(lambda: self.revision != since, timeout=seconds)
            return self.revision

    def as_json(self) -> bytes:
        with self.lock:
            return _STATE.dump_json(self.state)

    def new_id(self, prefix: str, length: int = 32) -> str:
        """Looks like WeCom's ids; differs between worlds by their salt."""
        self.state.counter += 1
        digest = hashlib.sha512(f"{self.state.salt}/{self.state.counter}".encode()).hexdigest()
        return prefix + digest[: length - len(prefix)]

    def next_number(self) -> int:
        self.state.counter += 1
        return self.state.counter

    # Looking things up ---------------------------------------------------------------------------------------

    def member(self, userid: str) -> Member | None:
        """userids are case-insensitive."""
        known = self._lower.get(userid.lower())
        return self.state.members[known] if known is not None else None

    def member_or_fail(self, userid: str) -> Member:
        member = self.member(userid)
        if member is None:
            raise NotPossible(f"没有账号为 {userid} 的成员")
        return member

    def customer_or_fail(self, external_userid: str) -> Customer:
        customer = self.state.customers.get(external_userid)
        if customer is None:
            raise NotPossible(f"没有编号为 {external_userid} 的客户")
        return customer

    def follow_or_fail(self, userid: str, external_userid: str) -> Follow:
        follow = self.customer_or_fail(external_userid).follows.get(self.member_or_fail(userid).userid)
        if follow is None:
            raise NotPossible("成员没有添加这位客户")
        return follow

    def customers_of(self, userid: str) -> list[Customer]:
        return [self.state.customers[key] for key in self._customers_of.get(userid, {})]

    def tag(self, tag_id: str) -> tuple[TagGroup, Tag] | None:
        found = self._tags.get(tag_id)
        return None if found is None or found[1].deleted or found[0].deleted else found

    def department_and_below(self, department_id: int) -> list[int]:
        """Ids, the given one first; empty if there is no such department."""
        if department_id not in self.state.departments:
            return []
        found = [department_id]
        for current in found:
            found += self._departments_below.get(current, ())
        return found

    def sees_member(self, application: Application, member: Member) -> bool:
        if member.userid in application.visible_users:
            return True
        return not set(member.departments).isdisjoint(self.visible_departments(application))

    def visible_departments(self, application: Application) -> frozenset[int]:
        tops = tuple(application.visible_departments)
        if tops not in self._visible:
            below = (one for top in tops for one in self.department_and_below(top))
            self._visible[tops] = frozenset(below)
        return self._visible[tops]

    def application(self, agent_id: str | None = None) -> Application:
        """The app itself when no agent is named."""
        if agent_id is not None:
            return self.state.applications[agent_id]
        return next(each for each in self.state.applications.values() if not each.contacts_sync)

    # Changing what the indexes cover ----------------------------------------------------------------------

    def departments_changed(self) -> None:
        """Chains have hundreds of stores: who is below whom is worked out once, not per call."""
        self._visible: dict[tuple[int, ...], frozenset[int]] = {}
        self._departments_below: dict[int, list[int]] = {}
        for each in self.state.departments.values():
            self._departments_below.setdefault(each.parent_id, []).append(each.id)

    def put_member(self, member: Member) -> None:
        self.state.members[member.userid] = member
        self._lower[member.userid.lower()] = member.userid

    def remove_member(self, userid: str) -> None:
        del self.state.members[userid]
        del self._lower[userid.lower()]

    def put_follow(self, customer: Customer, follow: Follow) -> None:
        self.state.customers[customer.external_userid] = customer
        customer.follows[follow.userid] = follow
        self._customers_of.setdefault(follow.userid, {})[customer.external_userid] = None

    def remove_follow(self, customer: Customer, userid: str) -> None:
        del customer.follows[userid]
        self._customers_of[userid].pop(customer.external_userid, None)

    def put_tag(self, group: TagGroup, tag: Tag) -> None:
        self.state.tag_groups[group.id] = group
        group.tags.append(tag)
        self._tags[tag.id] = (group, tag)

    def emit(self, plaintext: str, *, about: Member | None = None, customers: bool = False) -> None:
        """The callback of something that a person did, if the app's rights let it have that callback."""
        application = self.application()
        if about is not None and not self.sees_member(application, about):
            return
        if customers and not application.callable_for_customers:
            return
        self.on_event(plaintext)

    # What people do --------------------------------------------------------------------------------------

    customer_scans = meetings.customer_scans
    customer_adds_member = meetings.customer_adds_member
    half_contact_completes = meetings.half_contact_completes
    customer_deletes = meetings.customer_deletes
    member_deletes_customer = meetings.member_deletes_customer
    member_edits_customer = meetings.member_edits_customer
    customer_writes = chats.customer_writes
    member_writes = chats.member_writes
    group_member_writes = chats.group_member_writes
    member_confirms_task = mass.member_confirms_task
    group_created = group_life.group_created
    group_joined = group_life.group_joined
    group_left = group_life.group_left
    group_owner_changed = group_life.group_owner_changed
    group_renamed = group_life.group_renamed
    group_notice_changed = group_life.group_notice_changed
    group_dismissed = group_life.group_dismissed
    admin_creates_tags = admins.admin_creates_tags
    admin_renames_tag = admins.admin_renames_tag
    admin_deletes_tag = admins.admin_deletes_tag
    admin_deletes_tag_group = admins.admin_deletes_tag_group
    admin_sorts_tags = admins.admin_sorts_tags
    admin_creates_member = admins.admin_creates_member
    admin_updates_member = admins.admin_updates_member
    admin_deletes_member = admins.admin_deletes_member
    admin_creates_department = admins.admin_creates_department
    admin_updates_department = admins.admin_updates_department
    admin_deletes_department = admins.admin_deletes_department
    admin_adds_word_rule = word_rules.admin_adds_word_rule
    admin_edits_word_rule = word_rules.admin_edits_word_rule
    admin_deletes_word_rule = word_rules.admin_deletes_word_rule
    member_writes_to_app = app_chat.member_writes_to_app
    member_enters_app = app_chat.member_enters_app
    member_clicks_menu = app_chat.member_clicks_menu


def empty_state(corp_id: str, applications: list[Application]) -> State:
    """A corp with its root department and nobody in it."""
    state = State(corp_id=corp_id, salt=secrets.token_hex(8))
    state.departments[ROOT_DEPARTMENT] = Department(ROOT_DEPARTMENT, state.corp_name, 0, 100000000)
    state.applications = {each.agent_id: each for each in applications}
    return state


def load(path: Path) -> State:
    """:raises ValueError: if the file is not a saved world."""
    return _STATE.validate_json(path.read_bytes())


def save(path: Path, content: bytes) -> None:
    """Written beside, synced, then renamed: the file is the old world or the new one, never half of each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
