"""Rules find kinds of passages, and no text makes them slow."""

import pytest

from sensitive_words import Entry, InvalidEntry, Lexicon, Options
from tests.support.effort import least_cpu_seconds


def found(rule: str, text: str) -> list[str]:
    return [hit.text for hit in Lexicon([Entry(id="r", text=rule, kind="rule")]).check(text).hits]


@pytest.mark.parametrize(
    ("rule", "text", "passages"),
    [
        ("phone", "打①③8 0013 8000哦", ["①③8 0013 8000"]),
        ("phone", "订单2026112213800138000", []),
        ("phone", "加我一三八零零一三八零零零哦", ["一三八零零一三八零零零"]),
        ("phone", "幺三八 0013 八零零零", ["幺三八 0013 八零零零"]),
        ("phone", "幺三八洞洞幺三八洞洞洞", ["幺三八洞洞幺三八洞洞洞"]),
        ("phone", "壹叁捌-零零壹叁-捌零零零", ["壹叁捌-零零壹叁-捌零零零"]),
        ("phone", "一3八00一3八000，13八零零22222二", ["一3八00一3八000", "13八零零22222二"]),
        ("phone", "座机零二二-二二二二二二二二", ["零二二-二二二二二二二二"]),
        ("phone", "周一三五七九都在，二零二六年三八妇女节", []),
        ("phone", "一五八 一六八 一九八 九九的都有", []),
        ("phone", "尺码一三五 一四零 一四五 一五零", []),
        ("phone", "一九九八一九九九二零零零年的老款", []),
        ("phone", "单号二零二六一三八零零一三八零零零", []),
        ("phone", "一千三百五十八块，打八五折", []),
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


def test_a_spoken_number_is_found_however_little_is_folded() -> None:
    rule = Entry(id="r", text="phone", kind="rule")
    plain = Lexicon([rule], options=Options.from_dict({"preset": "plain"}))
    assert [hit.text for hit in plain.check("打幺三八零零一三八零零零吧").hits] == ["幺三八零零一三八零零零"]


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
    "一三",
    "幺 三-",
]


@pytest.mark.parametrize("part", EVIL)
def test_ten_thousand_characters_of_anything_take_no_time(part: str) -> None:
    names = ["phone", "bank_card", "id_card", "link", "qr_code", "wechat_id", "qq", "好{20}评{20}返{20}现{20}金"]
    rules = [Entry(id=name, text=name, kind="rule") for name in names]
    lexicon = Lexicon([*rules, Entry(id="w", text="最fu好评")])
    text = (part * 10_000)[:10_000]
    assert least_cpu_seconds(lambda: lexicon.check(text)) < 2.5
