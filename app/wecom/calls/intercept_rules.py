"""WeCom's own word rules (聊天敏感词). Hits are shown in WeCom's console only: there is no callback for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import Invalid
from app.wecom.client import WeCom

MOST_RULES = 100
MOST_WORDS = 300
LONGEST_WORD = 32
"""Characters. The page of `get` says 30; that of `add`, 32 (2026-09)."""
LONGEST_NAME = 20
WARN_AND_BLOCK, WARN = 1, 2
MOBILE, E_MAIL, RED_PACKET = 1, 2, 3


@dataclass(frozen=True, slots=True)
class RuleSummary:
    rule_id: str
    name: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rule:
    """`userids` and `department_ids` show only what the app may see."""

    rule_id: str
    name: str
    words: tuple[str, ...]
    semantics: tuple[int, ...]
    intercept_type: int
    userids: tuple[str, ...]
    department_ids: tuple[int, ...]


def add_rule(
    client: WeCom,
    name: str,
    words: Sequence[str],
    *,
    userids: Sequence[str] = (),
    department_ids: Sequence[int] = (),
    intercept_type: int = WARN_AND_BLOCK,
    semantics: Sequence[int] = (),
) -> str:
    """
    https://developer.work.weixin.qq.com/document/path/95097

    :returns: the rule's id.
    :raises Refused: 41077 if the name is taken, 41069 if the corp has 100 rules already.
    """
    body: dict[str, Any] = {
        "rule_name": checked_name(name),
        "word_list": checked_words(words),
        "intercept_type": intercept_type,
        "applicable_range": {"user_list": list(userids), "department_list": list(department_ids)},
    }
    if semantics:
        body["semantics_list"] = list(semantics)
    return client.call("externalcontact/add_intercept_rule", body=body, create=True).required_text("rule_id")


def rules(client: WeCom) -> tuple[RuleSummary, ...]:
    """
    All rules of the corp, also those made by hand or by other apps.

    https://developer.work.weixin.qq.com/document/path/95097
    """
    answer = client.call("externalcontact/get_intercept_rule_list")
    return tuple(
        RuleSummary(each.required_text("rule_id"), each.text("rule_name"), each.moment("create_time"))
        for each in answer.objects("rule_list")
    )


def rule(client: WeCom, rule_id: str) -> Rule:
    """https://developer.work.weixin.qq.com/document/path/95097"""
    answer = client.call("externalcontact/get_intercept_rule", body={"rule_id": rule_id}).object("rule")
    # Official samples have semantics_list inside extra_rule or beside it.
    extra = answer.object("extra_rule")
    return Rule(
        rule_id=answer.text("rule_id") or rule_id,
        name=answer.text("rule_name"),
        words=answer.texts("word_list"),
        semantics=extra.numbers("semantics_list") or answer.numbers("semantics_list"),
        intercept_type=answer.number("intercept_type"),
        userids=answer.object("applicable_range").texts("user_list"),
        department_ids=answer.object("applicable_range").numbers("department_list"),
    )


def update_rule(
    client: WeCom,
    rule_id: str,
    *,
    name: str | None = None,
    words: Sequence[str] | None = None,
    intercept_type: int | None = None,
    semantics: Sequence[int] | None = None,
    add_userids: Sequence[str] = (),
    add_department_ids: Sequence[int] = (),
    remove_userids: Sequence[str] = (),
    remove_department_ids: Sequence[int] = (),
) -> None:
    """
    Change what is given; only an app's own rules. `semantics=()` clears them.

    https://developer.work.weixin.qq.com/document/path/95097

    :raises Invalid: for an empty list of words: WeCom would say ok and keep the old ones.
    """
    body: dict[str, Any] = {"rule_id": rule_id}
    if name is not None:
        body["rule_name"] = checked_name(name)
    if words is not None:
        body["word_list"] = checked_words(words)
    if intercept_type is not None:
        body["intercept_type"] = intercept_type
    if semantics is not None:
        body["extra_rule"] = {"semantics_list": list(semantics)}
    if add_userids or add_department_ids:
        body["add_applicable_range"] = _range(add_userids, add_department_ids)
    if remove_userids or remove_department_ids:
        body["remove_applicable_range"] = _range(remove_userids, remove_department_ids)
    client.call("externalcontact/update_intercept_rule", body=body)


def delete_rule(client: WeCom, rule_id: str) -> None:
    """https://developer.work.weixin.qq.com/document/path/95097"""
    client.call("externalcontact/del_intercept_rule", body={"rule_id": rule_id})


def checked_name(name: str) -> str:
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"规则名称需要 1 到 {LONGEST_NAME} 个字。")
    return name


def checked_words(words: Sequence[str]) -> list[str]:
    """
    :raises Invalid: naming the first word that WeCom would refuse.
    """
    if not 1 <= len(words) <= MOST_WORDS:
        raise Invalid(f"一条规则需要 1 到 {MOST_WORDS} 个词，现在是 {len(words)} 个。")
    for word in words:
        if not 1 <= len(word) <= LONGEST_WORD:
            raise Invalid(f"敏感词需要 1 到 {LONGEST_WORD} 个字：「{word[:LONGEST_WORD]}」。")
    return list(words)


def _range(userids: Sequence[str], department_ids: Sequence[int]) -> dict[str, list[Any]]:
    return {"user_list": list(userids), "department_list": list(department_ids)}
