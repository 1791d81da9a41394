"""The story, chapter by chapter: what people do, what they see, and what the simulated WeCom was asked."""

import re

from playwright.sync_api import expect

from tests.story.people import LONGEST_WAY_MS, Colleague, Guide
from wecom_simulator.world.records import Follow

CUSTOMER = "沈小姐"
REMARK = "沈小姐·通勤"
LEAVING = "王姐"

SIZES = "尺码建议（按身高体重）"
ANSWER = "沈小姐，您身高160、体重102斤，这款建议选 M。肩和胸围会刚好，腰这里留一指的空隙，坐下也不紧。"

MASS = "周末新款到店邀约"
MASS_TEXT = "您好，我是{门店名}的{导购名}。周六到了十二款新外套，给您留一件试试？"
MASS_WORDS = "周六到了十二款新外套"
STORE_GUIDES = ("林晓", "张敏", "高雅", "宋佳")
"""Who has customers in 上海南京路店."""

NEW_WORD = "会刚好"
NEW_REASON = "合不合身要试了才知道，不能替客户保证"


def a_customer_scans_and_is_welcomed(lin: Guide) -> None:
    lin.is_scanned_by(CUSTOMER)
    expect(lin.page.get_by_role("heading", name=CUSTOMER)).to_be_visible()
    expect(lin.my_bubbles).to_have_count(1, timeout=LONGEST_WAY_MS)
    expect(lin.my_bubbles).to_contain_text("您好，我是云裳上海南京路店的林晓，很高兴认识您")
    expect(lin.page.locator(".mine .origin")).to_have_text("欢迎语，由应用发出")
    lin.hears(CUSTOMER, "你好，我 160，102 斤，穿什么码合适？")

    calls, callbacks = lin.installation.wecom.calls, lin.installation.wecom.callbacks
    assert calls.count("externalcontact/send_welcome_msg") == 1
    # The welcome may be there before WeCom has read our answer to the callback that asked for it.
    lin.installation.plant.wait_for(
        lambda: all(each.state == "delivered" for each in callbacks.sent), "our answer"
    )


def the_sidebar_knows_who_it_is(lin: Guide) -> None:
    """Signed in by OAuth without a press, registered with signatures that WeCom verified."""
    expect(lin.sidebar.get_by_role("heading", name=CUSTOMER, level=1)).to_be_visible(timeout=LONGEST_WAY_MS)
    main = lin.sidebar.get_by_role("main")
    expect(main).to_contain_text("扫描二维码 · 收银台码")
    expect(main).to_contain_text("欢迎语已发出")
    expect(lin.sidebar.get_by_text("跟进：我")).to_be_visible()
    names: list[str] = lin.page.evaluate("simulatedHost.calls.map(call => call.name)")
    assert {"agentConfig", "getContext", "getCurExternalContact"} <= set(names)


def the_guide_keeps_notes_that_survive_a_sync(lin: Guide) -> None:
    lin.edits_customer(remark=REMARK, phone="13912345678", description="喜欢素色，周末有空来店")
    lin.tags_customer("通勤", "M")
    writing = lin.sidebar.get_by_text("正在写回企业微信")
    expect(writing).to_have_count(0, timeout=LONGEST_WAY_MS)
    _wecom_and_sidebar_agree(lin)

    lin.installation.command("sync")
    lin.reopens_sidebar()
    _wecom_and_sidebar_agree(lin)


def _wecom_and_sidebar_agree(lin: Guide) -> None:
    expect(lin.sidebar.get_by_role("heading", name=REMARK, level=1)).to_be_visible()
    main = lin.sidebar.get_by_role("main")
    expect(main).to_contain_text("喜欢素色，周末有空来店")
    expect(main).to_contain_text("139****5678")
    expect(main.get_by_role("list", name="标签")).to_have_text("通勤M")
    lin.installation.plant.wait_for(lambda: len(_follow_in_wecom(lin).tags) == 2, "the tags to be in WeCom")
    follow = _follow_in_wecom(lin)
    assert (follow.remark, follow.description) == (REMARK, "喜欢素色，周末有空来店")
    assert follow.remark_mobiles == ["13912345678"]


def _follow_in_wecom(lin: Guide) -> Follow:
    world = lin.installation.wecom.world
    with world.lock:
        return next(one for one in world.state.customers.values() if one.name == CUSTOMER).follows[lin.userid]


def the_guide_answers_from_the_library(lin: Guide) -> None:
    lin.finds_script("尺码", SIZES).get_by_role("button", name="填写").click()
    expect(lin.sheet).to_contain_text("还差 3 处要填")
    lin.sheet.get_by_label("身高（cm）").fill("160")
    lin.sheet.get_by_label("体重（斤）").fill("102")
    lin.sheet.get_by_role("radio", name="M", exact=True).click()
    lin.sheet.get_by_role("button", name="放入会话").click()
    expect(lin.my_bubbles.last).to_have_text(ANSWER)
    expect(lin.page.locator(".mine .origin").last).to_have_text("来自侧边栏")
    expect(lin.sidebar.get_by_role("status").filter(has_text="已交给企业微信")).to_be_visible()
    lin.photograph("quick-reply")
    lin.sidebar.get_by_role("button", name="知道了").click()

    timeline = lin.reads_timeline()
    expect(timeline).to_contain_text(f"把话术交给了企业微信「{SIZES}」")
    expect(timeline).to_contain_text("改了标签+「通勤」 +「M」")
    expect(timeline).to_contain_text("添加了好友")
    lin.sidebar.get_by_role("button", name="返回").click()


def a_forbidden_text_is_stopped(lin: Guide) -> None:
    said = lin.my_bubbles.count()
    row = lin.finds_script("开业", "开业全场最低价")
    expect(row).to_contain_text(re.compile("含阻断词「.*全网最低.*不能发送"))
    row.get_by_role("button", name="看原因").click()
    expect(lin.sheet.locator("mark.block").first).to_contain_text("全网最低")
    results = lin.sheet.get_by_role("list", name="检查结果")
    expect(results).to_contain_text(re.compile("阻断 · 「.*全网最低"))
    expect(results).to_contain_text("广告法 · 绝对化用语，不得用于宣传")
    expect(results.get_by_role("button", name=re.compile("换成「.+」")).first).to_be_visible()
    expect(lin.sheet.get_by_role("button", name="放入会话")).to_be_disabled()
    expect(lin.sheet).to_contain_text("才能放入会话")
    lin.photograph("stopped-text")
    lin.sheet.get_by_role("button", name="关闭").click()
    assert lin.my_bubbles.count() == said


def another_customer_leaves(lin: Guide) -> None:
    """So that the mass message has somebody to leave out."""
    lin.is_deleted_by(LEAVING)
    gone = lin.sidebar.get_by_text("对方已不是你的好友，消息可能送不到。")
    for _ in range(10):
        lin.reopens_sidebar()
        expect(lin.sidebar.get_by_role("heading", name=LEAVING, level=1)).to_be_visible()
        expect(lin.sidebar.get_by_role("button", name="改标签")).to_be_visible()
        if gone.is_visible():
            return
    raise AssertionError("the sidebar never heard that the customer left")


def the_manager_writes_a_mass_message(li: Colleague) -> None:
    li.signs_in()
    li.opens("群发")
    li.presses("新建群发")
    li.dialog.get_by_label("名称").fill(MASS)
    li.dialog.get_by_role("button", name="下一步").click()

    tags = li.page.get_by_role("group", name="必须都有的标签")
    tags.get_by_role("button", name="选择").click()
    tags.get_by_label("通勤", exact=True).check()
    count = li.page.get_by_role("region", name="预计人数")
    expect(count).to_contain_text("由 4 位导购各自确认发送")
    expect(count).to_contain_text("− 已不是好友1")
    li.presses("下一步")

    text = li.page.get_by_label("文字")
    text.fill("周六开业，全网最低价！")
    expect(li.page.get_by_text("有不能发的内容")).to_be_visible()
    text.fill(MASS_TEXT)
    expect(li.page.get_by_text("已检查，可以发")).to_be_visible()
    li.presses("下一步")
    li.presses("下一步")

    summary = li.page.get_by_role("region", name="摘要")
    expect(summary).to_contain_text("批准后马上，请 4 位导购各自确认")
    li.presses("提交审批")
    expect(li.page.get_by_text("待审批")).to_be_visible()
    expect(li.page.get_by_role("button", name="批准", exact=True)).to_have_count(0)
    assert li.installation.wecom.calls.count("externalcontact/add_msg_template") == 0


def somebody_else_approves(yun: Colleague) -> None:
    yun.signs_in()
    yun.opens_mass_message(MASS, once="待审批")
    expect(yun.page.get_by_role("region", name="摘要")).to_contain_text(MASS_WORDS)
    yun.presses("批准")
    yun.dialog.get_by_role("button", name="批准").click()
    expect(yun.page.get_by_role("link", name="进度")).to_be_visible(timeout=LONGEST_WAY_MS)


def the_guide_confirms_and_results_come_back(lin: Guide, li: Colleague) -> None:
    li.opens_mass_message(MASS, once="发送中")
    li.page.get_by_role("link", name="进度").click()
    for name in STORE_GUIDES:
        expect(li.row(name)).to_contain_text("未确认", timeout=LONGEST_WAY_MS)
    assert li.installation.wecom.calls.count("externalcontact/add_msg_template") == len(STORE_GUIDES)

    lin.confirms_task(MASS_WORDS)
    lin.opens_chat(REMARK)
    expect(lin.my_bubbles.last).to_contain_text("您好，我是上海南京路店的林晓。周六到了十二款新外套")
    expect(lin.page.locator(".mine .origin").last).to_have_text("群发")

    li.presses("现在读结果")
    expect(li.row("林晓")).to_contain_text("已确认", timeout=LONGEST_WAY_MS)
    li.presses("按客户")
    expect(li.row(CUSTOMER)).to_contain_text("已送达")
    expect(li.row(LEAVING)).to_have_count(0)
    li.presses("按导购")


def the_others_are_reminded(li: Colleague) -> None:
    li.presses("催办未确认的 3 位")
    expect(li.notice).to_contain_text("已请企业微信提醒")
    expect(li.row("张敏")).to_contain_text("今天", timeout=LONGEST_WAY_MS)
    li.photograph("mass-message-progress")
    world = li.installation.wecom.world

    def reminders() -> dict[str, int]:
        with world.lock:
            messages = world.state.mass_messages.values()
            return {userid: len(each.reminded_at) for each in messages for userid in each.tasks}

    wanted = {"lin": 0, "zhang": 1, "gao": 1, "song": 1}
    li.installation.plant.wait_for(lambda: reminders() == wanted, "the reminders")


def a_new_word_stops_the_script(he: Colleague, boss: Colleague, lin: Guide) -> None:
    he.signs_in()
    he.opens("词库")
    he.presses("新增词条")
    he.dialog.get_by_label("写法", exact=True).fill(NEW_WORD)
    he.dialog.get_by_label("类别").select_option("广告法")
    he.dialog.get_by_role("radio", name="阻断").check()
    he.dialog.get_by_label("理由").fill(NEW_REASON)
    he.dialog.get_by_label("换成").fill("一般比较合身")
    he.dialog.get_by_role("button", name="存为草稿").click()
    expect(he.ticked_row(NEW_WORD)).to_contain_text("草稿·新增")
    he.photograph("word-list")

    he.presses("看影响并提交")
    expect(he.dialog).to_contain_text("已看完", timeout=LONGEST_WAY_MS)
    expect(he.dialog).to_contain_text(SIZES)
    he.photograph("impact")
    he.dialog.get_by_role("checkbox", name="条在用内容发布后会被拦下").check()
    he.dialog.get_by_label("改了什么、为什么").fill("尺码合身不能替客户保证")
    he.dialog.get_by_role("button", name="提交审批").click()
    expect(he.page.get_by_text("提交了 1 处改动，等 陈思远 审批")).to_be_visible()
    expect(he.ticked_row(NEW_WORD)).to_contain_text("待审批")

    boss.signs_in()
    boss.opens("词库")
    boss.presses("审批")
    expect(boss.dialog.get_by_role("list", name="改动", exact=True)).to_contain_text(NEW_WORD)
    expect(boss.dialog).to_contain_text("在用内容会被拦 1")
    boss.photograph("approval")
    boss.dialog.get_by_role("button", name="通过并发布").click()
    expect(boss.page.get_by_text("线上 v2")).to_be_visible()
    assert lin.sees_stopped_everywhere(ANSWER, within_seconds=4), "2 s and what two busy cores add"

    row = lin.finds_script("按身高体重", SIZES)
    expect(row).to_contain_text(f"含阻断词「{NEW_WORD}」，不能发送")
    row.get_by_role("button", name="看原因").click()
    expect(lin.sheet.get_by_role("list", name="检查结果")).to_contain_text(f"广告法 · {NEW_REASON}")
    lin.sheet.get_by_role("button", name="关闭").click()


def the_bot_answers(lin: Guide) -> None:
    """Through callback, queue and filter; what the list stops is not even quoted."""
    lin.opens_chat("导购台")
    expect(lin.their_bubbles.last).to_contain_text("林晓，你好！我可以帮你", timeout=LONGEST_WAY_MS)

    scripts = lin.asks_bot("话术 尺码")
    expect(scripts).to_contain_text("「尺码」最合适的 3 条")
    expect(scripts).not_to_contain_text(NEW_WORD)
    verdict = lin.asks_bot("检测 这款全网最低价")
    expect(verdict).to_contain_text("不能发：有禁用的词")
    expect(verdict).to_contain_text("可改为「")
    expect(verdict).to_contain_text("词库第 2 版")
    expect(lin.asks_bot("帮助")).to_contain_text("发「检测 这款全场包邮」：看一段话能不能发给客户")
    nonsense = lin.asks_bot("锄禾日当午汗滴")
    expect(nonsense).to_contain_text("没看懂「锄禾日当午汗滴」")
    expect(nonsense).to_contain_text("我可以帮你")
