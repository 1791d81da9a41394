"""
Intercept rules 聊天敏感词: at most 100 rules of 300 words. A hit in the client sends no callback.

What an app did not make, be it another app's or an admin's by hand, it may read, not change.
"""

from __future__ import annotations

from typing import Any

from wecom_simulator.endpoints import Json, Request, endpoint
from wecom_simulator.errors import ApiError
from wecom_simulator.parameters import Parameters
from wecom_simulator.world import World
from wecom_simulator.world.records import InterceptRule

MOST_RULES = 100
MOST_WORDS = 300
NAME_CHARS = 20
MOST_NODES = 1000
MOST_USERS = 10_000
BLOCKS = 1


def blocking_word(world: World, userid: str, text: str) -> str | None:
    """The first word of a blocking rule for this member that the text contains."""
    member = world.member(userid)
    for rule in world.state.intercept_rules.values():
        if rule.deleted or rule.intercept_type != BLOCKS or member is None:
            continue
        inside = {below for each in rule.departments for below in world.department_and_below(each)}
        if member.userid in rule.users or inside & set(member.departments):
            for word in rule.words:
                if word in text:
                    return word
    return None


def check_api_text(request: Request, userid: str, text: str) -> None:
    """:raises ApiError: 40201, only when the switch lets rules act on texts made by API."""
    if request.world.switches.intercept_checks_api_texts and blocking_word(request.world, userid, text):
        raise ApiError(40201)


@endpoint("externalcontact/add_intercept_rule")
def add_intercept_rule(request: Request) -> Json:
    """
    semantics_list stands at the top here, inside extra_rule in get and update.

    https://developer.work.weixin.qq.com/document/path/95097
    """
    body = request.body
    alive = [each for each in request.world.state.intercept_rules.values() if not each.deleted]
    name = _name(request, body, None)
    words = _words(request, body)
    if not words:
        raise ApiError(40058, "word_list is empty")
    semantics = _semantics(body.integers("semantics_list", most=100))
    users, departments = _range(request, body.object("applicable_range"))
    if not users and not departments:
        raise ApiError(40058, "applicable_range is empty")
    if len(alive) >= MOST_RULES:
        raise ApiError(41069)
    rule = InterceptRule(
        rule_id=request.world.new_id("rule", 32),
        rule_name=name,
        words=words,
        semantics=semantics,
        intercept_type=body.integer("intercept_type", low=1, high=2),
        users=users,
        departments=departments,
        create_time=request.at,
        agent_id=request.application.agent_id,
    )
    request.world.state.intercept_rules[rule.rule_id] = rule
    return {"rule_id": rule.rule_id}


@endpoint("externalcontact/get_intercept_rule_list", "GET", empty={"rule_list": []}, reads=True)
def get_intercept_rule_list(request: Request) -> Json:
    """
    All rules of the corp, not only this app's.

    https://developer.work.weixin.qq.com/document/path/95097
    """
    lag = request.world.switches.intercept_list_lag_seconds
    rules = [
        each
        for each in request.world.state.intercept_rules.values()
        if not each.deleted and each.create_time + lag <= request.at
    ]
    return {
        "rule_list": [
            {"rule_id": each.rule_id, "rule_name": each.rule_name, "create_time": each.create_time}
            for each in rules
        ]
    }


@endpoint("externalcontact/get_intercept_rule", reads=True)
def get_intercept_rule(request: Request) -> Json:
    """
    The range shows only what this app may see.

    https://developer.work.weixin.qq.com/document/path/95097
    """
    rule = _rule(request)
    world, application = request.world, request.application
    members = [world.member(each) for each in rule.users]
    seen = [each.userid for each in members if each is not None and world.sees_member(application, each)]
    visible = world.visible_departments(application)
    answer: dict[str, Any] = {
        "rule_id": rule.rule_id,
        "rule_name": rule.rule_name,
        "word_list": rule.words,
        "extra_rule": {"semantics_list": rule.semantics},
        "intercept_type": rule.intercept_type,
        "applicable_range": {
            "user_list": seen,
            "department_list": [each for each in rule.departments if each in visible],
        },
    }
    return {"rule": answer}


@endpoint("externalcontact/update_intercept_rule")
def update_intercept_rule(request: Request) -> Json:
    """
    Only given fields change. An empty word_list is ignored; an empty semantics_list clears all.

    https://developer.work.weixin.qq.com/document/path/95097
    """
    rule, body = _own_rule(request), request.body
    name = _name(request, body, rule) if "rule_name" in body else rule.rule_name
    words = _words(request, body) or rule.words
    extra = body.object("extra_rule")
    semantics = rule.semantics
    if "semantics_list" in extra:
        semantics = _semantics(extra.integers("semantics_list", most=100))
    kind = body.integer("intercept_type", rule.intercept_type, low=1, high=2)
    more_users, more_departments = _range(request, body.object("add_applicable_range"))
    fewer_users, fewer_departments = _range(request, body.object("remove_applicable_range"))
    users = [e for e in dict.fromkeys([*rule.users, *more_users]) if e not in fewer_users]
    departments = [
        each for each in dict.fromkeys([*rule.departments, *more_departments]) if each not in fewer_departments
    ]
    if len(users) > MOST_USERS or not (users or departments):
        raise ApiError(41076)
    rule.rule_name, rule.words, rule.semantics, rule.intercept_type = name, words, semantics, kind
    rule.users, rule.departments = users, departments
    return {}


@endpoint("externalcontact/del_intercept_rule")
def del_intercept_rule(request: Request) -> Json:
    """https://developer.work.weixin.qq.com/document/path/95097"""
    _own_rule(request).deleted = True
    return {}


def _rule(request: Request) -> InterceptRule:
    rule = request.world.state.intercept_rules.get(request.body.text("rule_id", missing=41070))
    if rule is None:
        raise ApiError(41070)
    if rule.deleted:
        raise ApiError(41071)
    return rule


def _own_rule(request: Request) -> InterceptRule:
    rule = _rule(request)
    if rule.agent_id != request.application.agent_id:
        raise ApiError(48002, "made by another app")
    return rule


def _name(request: Request, body: Parameters, rule: InterceptRule | None) -> str:
    name = body.text("rule_name", missing=40058, chars=NAME_CHARS)
    rules = request.world.state.intercept_rules.values()
    if any(each.rule_name == name and not each.deleted and each is not rule for each in rules):
        raise ApiError(41077)
    return name


def _words(request: Request, body: Parameters) -> list[str]:
    """One bad word refuses the whole list, and the answer does not say which it is."""
    words = body.texts("word_list", most=MOST_WORDS, too_many=41068)
    switches = request.world.switches
    refused = {each.strip() for each in switches.intercept_refused_words.split(",") if each.strip()}
    if any(not 1 <= len(each.strip()) <= switches.intercept_word_chars or each in refused for each in words):
        raise ApiError(41083)
    return words


def _semantics(kinds: list[int]) -> list[int]:
    if any(each not in (1, 2, 3) for each in kinds):
        raise ApiError(41084)
    return list(dict.fromkeys(kinds))


def _range(request: Request, values: Parameters) -> tuple[list[str], list[int]]:
    users = values.texts("user_list", most=MOST_NODES, too_many=41076)
    departments = values.integers("department_list", most=2**31)
    if len(departments) > MOST_NODES:
        raise ApiError(41076, f"department_list exceeds {MOST_NODES} items")
    members = []
    for userid in users:
        member = request.world.member(userid)
        if member is None or not request.world.sees_member(request.application, member):
            raise ApiError(40031, userid)
        members.append(member.userid)
    visible = request.world.visible_departments(request.application)
    if any(each not in visible for each in departments):
        raise ApiError(40066)
    return members, departments
