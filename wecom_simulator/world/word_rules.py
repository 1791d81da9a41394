"""What an admin does with intercept rules 聊天敏感词 in WeCom's console. No callback tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wecom_simulator.world.records import InterceptRule
from wecom_simulator.world.refusals import NotPossible

if TYPE_CHECKING:
    from wecom_simulator.world.world import World


def admin_adds_word_rule(
    world: World, name: str, words: list[str], departments: list[int] | None = None, blocks: bool = True
) -> dict[str, str]:
    """在后台新建聊天敏感词规则；应用只能看，不能改。"""
    with world.changing() as state:
        if any(each.rule_name == name and not each.deleted for each in state.intercept_rules.values()):
            raise NotPossible("已有同名的规则")
        rule = InterceptRule(
            rule_id=world.new_id("rule", 32),
            rule_name=name,
            words=words,
            semantics=[],
            intercept_type=1 if blocks else 2,
            users=[],
            departments=departments or [1],
            create_time=world.clock.seconds(),
        )
        state.intercept_rules[rule.rule_id] = rule
        return {"rule_id": rule.rule_id}


def admin_edits_word_rule(
    world: World,
    name: str,
    words: list[str] | None = None,
    new_name: str | None = None,
    blocks: bool | None = None,
) -> None:
    """在后台修改规则的词、名称或做法；应用建的规则也能改。"""
    with world.changing():
        rule = _rule_or_fail(world, name)
        rule.words = rule.words if words is None else words
        rule.rule_name = new_name or rule.rule_name
        if blocks is not None:
            rule.intercept_type = 1 if blocks else 2


def admin_deletes_word_rule(world: World, name: str) -> None:
    """在后台删除规则；应用建的规则也能删。"""
    with world.changing():
        _rule_or_fail(world, name).deleted = True


def _rule_or_fail(world: World, name: str) -> InterceptRule:
    for rule in world.state.intercept_rules.values():
        if rule.rule_name == name and not rule.deleted:
            return rule
    raise NotPossible("没有这个名称的规则")
