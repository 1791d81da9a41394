"""Advice on wording: each rule with a text it must catch and its neighbours that it must leave alone."""

import pytest

from scripts_library import Part, Script, lint


def findings(*texts, situations=()):
    return lint(Script("x", "标题", tuple(map(Part, texts)), situations=situations))


def codes(*texts, situations=()):
    return [finding.code for finding in findings(*texts, situations=situations)]


@pytest.mark.parametrize(
    ("code", "text", "passage"),
    [
        ("thanks_opening", "感谢您的购买，有问题找我", "感谢"),
        ("thanks_opening", "{称呼}，非常感谢您选择我们", "非常感谢"),
        ("no_name", "亲爱的，天凉了加件衣服", "亲爱的"),
        ("no_name", "亲，衣服到了吗", "亲"),
        ("several_asks", "{称呼}，喜欢就回复我，也可以点击链接看看", "点击"),
        ("only_discount", "全场 8 折，快来抢购！", "8 折"),
        ("only_discount", "{称呼}您好，今天满300减50，仅限今天哦", "满300减50"),
        ("paid_review", "{称呼}，五星好评返现 10 元", "好评返现"),
        ("paid_review", "{称呼}，晒图送一张优惠券", "晒图送"),
        ("paid_review", "{称呼}，领 5 元红包，记得给个好评", "领 5 元红包，记得给个好评"),
        ("unfilled", "〔身高〕的话选 M", "〔身高〕"),
        ("unfilled", "XX您好", "XX"),
        ("unfilled", "【姓名】您好", "【姓名】"),
        ("unfilled", "单号 ____", "____"),
        ("unknown_variable", "{生肖}年好", "{生肖}"),
        ("stray_brace", "您好}", "}"),
    ],
)
def test_a_fault_is_found_where_it_stands(code, text, passage):
    found = [finding for finding in findings(text) if finding.code == code]

    assert [text[finding.start : finding.end][-len(passage) :] for finding in found] == [passage]
    assert found[0].message.endswith("。")
    assert found[0].suggestion


@pytest.mark.parametrize(
    "text",
    [
        "恭喜{称呼}选到这件大衣",
        "{称呼}，明天到货，感谢您等这么久",
        "亲肤的面料，贴身穿也舒服",
        "{称呼}，我们不做好评返现，您照实说就好",
        "{称呼}，尺码有 S、M、L、XL、XXL",
        "{称呼}，记得回复我一个数字",
        "{称呼}，两件 85 折，正好给您的裙子配一件开衫，周末出去玩穿",
        "{{不是变量}}",
        "#春日穿搭#，{称呼}看看",
        "{称呼}，穿着有什么感受，方便时跟我说说",
    ],
)
def test_good_wording_is_left_alone(text):
    assert codes(text) == []


def test_any_thanks_opens_badly_after_a_purchase():
    assert codes("谢谢{称呼}", situations=("purchased",)) == ["thanks_opening"]
    assert codes("谢谢{称呼}", situations=("hesitating",)) == []


def test_length_is_measured_in_the_bytes_wecom_counts():
    assert codes("字" * 1334) == ["over_limit"]
    assert codes("字" * 1333) == ["long"]
    assert codes("字" * 200) == []


def test_findings_come_in_reading_order_with_their_part():
    found = findings("{称呼}，看看", "XX", "{生肖}和 XX")

    assert [(finding.part, finding.start) for finding in found] == [(1, 0), (2, 0), (2, 6)]
