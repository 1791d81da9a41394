"""A word with an exception, from the one who adds it to the guide it stops; nobody has read a manual."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.story.installation import Installation
from tests.story.people import LONGEST_WAY_MS, Colleague, Guide

pytestmark = pytest.mark.browser

WORD, HARMLESS = "亲肤", "亲肤面料"
STOPPED, ALLOWED = "这件特别亲肤", "这是亲肤面料做的"
REASON = "没有检测报告，不能这样说"


def test_a_new_word_with_an_exception_reaches_the_guide(
    installation: Installation, new_browser: Callable[[], BrowserContext]
) -> None:
    """
    Real processes, the real pages. Only what is on the screen tells everybody what to do next.

    Sabotage: let `rights.obstacle` let authors approve, or `proposals.approve` forget to publish.
    """
    he = Colleague(installation, new_browser(), "he", "何静")
    boss = Colleague(installation, new_browser(), "boss", "陈思远")
    lin = Guide(installation, new_browser(), "lin", "林晓")

    _is_drafted(he)
    _is_seen_and_submitted(he)
    _is_approved_by_another(boss)
    _stops_the_guide(lin)

    assert [problem for person in (he, boss, lin) for problem in person.problems] == []


def _is_drafted(he: Colleague) -> None:
    he.signs_in()
    he.opens("词库")
    he.presses("新增词条")
    he.dialog.get_by_label("写法", exact=True).fill(WORD)
    he.dialog.get_by_label("类别").select_option("广告法")
    he.dialog.get_by_role("radio", name="阻断").check()
    he.dialog.get_by_label("理由").fill(REASON)
    he.dialog.get_by_label("必须命中的例句").fill(STOPPED)
    he.dialog.get_by_label("必须不命中的例句").fill(ALLOWED)
    harmless = he.dialog.get_by_role("list", name="逐句结果：不该命中的")
    expect(harmless.get_by_role("img", name="不通过")).to_be_visible()
    harmless.get_by_role("button", name=f"加到允许语境：{HARMLESS}").click()
    expect(harmless.get_by_role("img", name="通过", exact=True)).to_be_visible()
    expect(harmless.get_by_role("button", name="撤销")).to_be_visible()
    must = he.dialog.get_by_role("list", name="逐句结果：要命中的")
    expect(must.get_by_role("img", name="通过", exact=True)).to_be_visible()
    trial = he.dialog.get_by_role("region", name="试一句")
    trial.get_by_role("textbox").fill(ALLOWED)
    expect(trial.get_by_role("status")).to_contain_text("没有命中")
    expect(trial.get_by_role("status")).to_contain_text(HARMLESS)
    trial.get_by_role("textbox").fill(STOPPED)
    expect(trial.locator("mark.block")).to_have_text(WORD)
    he.dialog.get_by_role("button", name="存为草稿").click()
    expect(he.page.get_by_text("草稿 1 处改动，未影响线上")).to_be_visible()


def _is_seen_and_submitted(he: Colleague) -> None:
    he.presses("看影响并提交")
    impact = he.dialog.get_by_role("region", name="影响", exact=True)
    expect(impact).to_contain_text("已看完", timeout=LONGEST_WAY_MS)
    accepted = he.dialog.get_by_role("checkbox", name="条在用内容发布后会被拦下")
    if accepted.is_visible():
        accepted.check()
    he.dialog.get_by_label("改了什么、为什么").fill("没有检测报告的说法")
    he.dialog.get_by_role("button", name="提交审批").click()
    expect(he.page.get_by_text("提交了 1 处改动，等 陈思远 审批")).to_be_visible()
    he.presses("看提交")
    expect(he.dialog).to_contain_text("不能审批自己的改动，要由另一个人来做")
    expect(he.dialog.get_by_role("button", name="通过并发布")).to_have_count(0)


def _is_approved_by_another(boss: Colleague) -> None:
    boss.signs_in()
    boss.opens("词库")
    boss.presses("审批")
    changes = boss.dialog.get_by_role("list", name="改动", exact=True)
    expect(changes).to_contain_text(f"允许语境：{HARMLESS}")
    boss.dialog.get_by_role("button", name="通过并发布").click()
    expect(boss.page.get_by_text("线上 v2")).to_be_visible()


def _stops_the_guide(lin: Guide) -> None:
    lin.opens_wecom()
    lin.opens_chat("王姐")
    expect(lin.sidebar.get_by_role("heading", name="王姐", level=1)).to_be_visible(timeout=LONGEST_WAY_MS)
    assert lin.sees_stopped_everywhere(STOPPED, within_seconds=20)
    lin.opens_chat("导购台")
    expect(lin.their_bubbles).to_contain_text(["林晓，你好"], timeout=LONGEST_WAY_MS)
    verdict = lin.asks_bot(f"检测 {STOPPED}")
    expect(verdict).to_contain_text("不能发：有禁用的词")
    expect(lin.asks_bot(f"检测 {ALLOWED}")).not_to_contain_text("不能发")
