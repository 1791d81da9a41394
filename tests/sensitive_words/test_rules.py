"""Rules find kinds of passages, and no text makes them slow."""

import pytest

from sensitive_words import Entry, InvalidEntry, Lexicon
from tests.support.effort import least_cpu_seconds


def found(rule: str, text: str) -> list[str]:
    return [hit.text for hit in Lexicon([Entry(id="r", text=rule, kind="rule")]).check(text).hits]


@pytest.mark.parametrize(
    ("rule", "text", "passages"),
    [
        ("phone", "打①③8 0013 8000哦", ["①③8 0013 8000"]),
        ("phone", "订单2026112213800138000", []),
        ("bank_card", "卡号6222 0212 3456 7890 128", ["6222 0212 3456 7890 128"]),
        ("bank_card", "单号6222021234567890129", []),
        ("wechat_id", "加我微信：abc_1234", ["微信：abc_1234"]),
        ("wechat_id", "微信支付", []),
        ("link", "看 https://a.cn/x。", ["https://a.cn/x"]),
        ("qr_code", "长按识别二维码", ["长按识别二维码"]),
        ("好评|五星{6}返现|返[1235]元", "给个五星哦，返5元", ["五星哦，返5元"]),
        ("好评|五星{6}返现|返[1235]元", "好评。下周返现", []),
        ("好评|五星{2}返现", "好评之后三天再返现", []),
    ],
)
def test_a_rule_finds_its_passages(rule: str, text: str, passages: list[str]) -> None:
    assert found(rule, text) == passages


@pytest.mark.parametrize("rule", ["没有这条", "(a+)+$", "甲{99}乙", "{3}乙", "甲{1}乙{1}丙{1}丁{1}戊{1}己"])
def test_a_rule_that_is_not_understood_is_refused(rule: str) -> None:
    with pytest.raises(InvalidEntry):
        Lexicon([Entry(id="r", text=rule, kind="rule")])


EVIL = [
    "好",
    "好评",
    "1",
    "13800138000 ",
    "微信",
    "微信:a",
    "http://",
    "a.",
    "长按",
    "最",
    "fu",
    "6222 ",
    "{{",
    "(",
    "\u200b",
    "(((((a)",
]


@pytest.mark.parametrize("part", EVIL)
def test_ten_thousand_characters_of_anything_take_no_time(part: str) -> None:
    names = ["phone", "bank_card", "id_card", "link", "qr_code", "wechat_id", "qq", "好{20}评{20}返{20}现{20}金"]
    rules = [Entry(id=name, text=name, kind="rule") for name in names]
    lexicon = Lexicon([*rules, Entry(id="w", text="最fu好评")])
    text = (part * 10_000)[:10_000]
    assert least_cpu_seconds(lambda: lexicon.check(text)) < 2.5
