"""WeCom's own word rules, from the first look to the repair of what a hand changed there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.story.installation import Installation
from tests.story.people import LONGEST_WAY_MS, Colleague

pytestmark = pytest.mark.browser

OURS = "导购台·"
BY_HAND = "店里自己加的词"


def test_the_rules_are_seen_written_changed_by_hand_and_repaired(
    installation: Installation, new_browser: Callable[[], BrowserContext]
) -> None:
    """
    Real processes, the real page; what is written is what was shown.

    Sabotage: let `recording` believe that what was written once is there for ever.
    """
    he = Colleague(installation, new_browser(), "he", "何静")
    he.signs_in()
    he.opens("企业微信拦截")
    _sees_the_plan_and_nothing_is_written(he)
    _turns_it_on(he)
    written = rules_of(installation)
    _finds_what_a_hand_changed(he)
    _repairs_it(he)
    assert rules_of(installation) == written
    assert he.problems == []


def rules_of(installation: Installation) -> dict[str, list[str]]:
    """Our rules in WeCom with their words."""
    world = installation.wecom.world
    with world.lock:
        rules = [each for each in world.state.intercept_rules.values() if not each.deleted]
        return {each.rule_name: sorted(each.words) for each in rules if each.rule_name.startswith(OURS)}


def _status(he: Colleague) -> Locator:
    return he.page.get_by_role("region", name="现在的状态")


def _is_in_step(he: Colleague) -> None:
    said = _status(he).get_by_text(re.compile(r"^与词库第 \d+ 版一致$"))
    expect(said).to_be_visible(timeout=LONGEST_WAY_MS)


def _steps(he: Colleague) -> Locator:
    return he.dialog.get_by_role("list", name="将要做的改动").get_by_role("listitem")


def _sees_the_plan_and_nothing_is_written(he: Colleague) -> None:
    he.presses("重新核对")
    expect(_status(he)).to_contain_text("与词库有差异", timeout=LONGEST_WAY_MS)
    expect(_status(he)).to_contain_text("只预览，不自动写入")
    he.presses("开启自动同步")
    expect(_steps(he).first).to_contain_text(f"新建 {OURS}")
    assert rules_of(he.installation) == {}


def _turns_it_on(he: Colleague) -> None:
    planned = _steps(he).count()
    he.dialog.get_by_role("button", name="开启", exact=True).click()
    expect(_status(he)).to_contain_text("自动同步已开启", timeout=LONGEST_WAY_MS)
    _is_in_step(he)
    assert len(rules_of(he.installation)) == planned > 0


def _finds_what_a_hand_changed(he: Colleague) -> None:
    name, words = next(iter(rules_of(he.installation).items()))
    he.installation.wecom.world.admin_edits_word_rule(name, words=[*words[1:], BY_HAND], blocks=False)
    he.presses("重新核对")
    expect(_status(he)).to_contain_text("与词库有差异", timeout=LONGEST_WAY_MS)
    he.page.get_by_role("button", name="只在企业微信").click()
    expect(he.row(BY_HAND)).to_contain_text(name)


def _repairs_it(he: Colleague) -> None:
    he.presses("按差异更新")
    expect(_steps(he)).to_have_count(1)
    expect(_steps(he)).to_contain_text(BY_HAND)
    he.dialog.get_by_role("button", name="更新", exact=True).click()
    _is_in_step(he)
