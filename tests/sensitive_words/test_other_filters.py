"""What well-known filters promise can be asked for, so that their test cases can be run through `scan`."""

import json
from typing import Any

import pytest

from sensitive_words.scan import scan

PLAIN = {"preset": "plain"}


def found(text: str, words: list[Any], **options: Any) -> list[str]:
    (answer,) = scan([json.dumps({"text": text, "words": words, "options": options}).encode()])
    data = json.loads(answer)
    assert "error" not in data, data
    return [hit["text"] for hit in data["hits"]]


@pytest.mark.parametrize(
    ("text", "words", "hits"),
    [
        ("最近很操心", ["最", "操"], ["最", "操"]),
        ("class", ["ass"], ["ass"]),
        ("产品和服务", ["和服"], ["和服"]),
        ("a.b", ["a.b", "a*b"], ["a.b"]),
        ("FUCK", ["fuck"], []),
        ("傻*逼", ["傻逼"], []),
        ("13800138000", ["138"], ["138", "138"]),
        ("http://fuck.example.com", ["fuck"], ["fuck"]),
        ("“神药”这个词", ["神药"], ["神药"]),
        ("aaa", ["aa"], ["aa", "aa"]),
        ("行\n尾", ["行\n尾"], ["行\n尾"]),
    ],
)
def test_plain_finds_every_occurrence_as_written_and_nothing_else(
    text: str, words: list[str], hits: list[str]
) -> None:
    assert found(text, words, **PLAIN) == hits


@pytest.mark.parametrize(
    ("option", "text", "word"),
    [
        ({"case": True}, "fuCK the bad", "FUCK"),
        ({"width": True}, "ｆｕｃｋ the bad", "fuck"),
        ({"case": True, "enclosed": True}, "Ⓕⓤⓒⓚ the bad", "fuck"),
        ({"traditional": True}, "我愛我的祖國和五星紅旗", "五星红旗"),
        ({"digits": True, "enclosed": True}, "我的号 9⑨贰九", "9929"),
        ({"repeat": "any"}, "the fuucckk", "fuck"),
        ({"repeat": "any"}, "傻逼逼货", "傻逼货"),
        ({"noise": True, "gap": None}, "傻@@@@@@@@@@@@@@@@@@@@@@@@@@冒", "傻冒"),
        ({"noise": True, "gap": 1}, "f-u-c-k", "fuck"),
        ({"skip": "的x", "gap": 1}, "傻的逼", "傻逼"),
        ({"noise": True, "gap": 3, "newline_ends": False}, "傻\n逼", "傻逼"),
        ({"split": True}, "女马的", "妈的"),
        ({"zero_width": True}, "傻\u200b逼", "傻逼"),
    ],
)
def test_each_normalisation_can_be_switched_on_alone(option: dict[str, Any], text: str, word: str) -> None:
    assert found(text, [word], **PLAIN) == []
    assert found(text, [word], **PLAIN, **option)


def test_a_gap_is_limited_unless_asked_otherwise() -> None:
    assert found("傻****逼", ["傻逼"], **PLAIN, noise=True, gap=3) == []
    assert found("傻****逼", ["傻逼"], **PLAIN, noise=True, gap=4) == ["傻****逼"]


def test_english_words_and_numbers_may_be_asked_for_whole() -> None:
    assert found("disable able", ["able"], **PLAIN) == ["able", "able"]
    assert found("disable able 690 69", ["able", "69"], **PLAIN, word_edges=True) == ["able", "69"]


WORDS = ["大", "大土豆", "土豆", "刚出锅", "出锅"]


@pytest.mark.parametrize(
    ("overlap", "hits"),
    [
        ("all", ["大", "大土豆", "土豆", "刚出锅", "出锅"]),
        ("leftmost_longest", ["大土豆", "刚出锅"]),
        ("leftmost_shortest", ["大", "土豆", "刚出锅"]),
        ("longest", ["大土豆", "土豆", "刚出锅", "出锅"]),
        ("shortest", ["大", "土豆", "刚出锅", "出锅"]),
    ],
)
def test_every_usual_policy_for_overlaps_can_be_chosen(overlap: str, hits: list[str]) -> None:
    assert found("我有一颗大土豆，刚出锅的", WORDS, **PLAIN, overlap=overlap) == hits


@pytest.mark.parametrize(
    ("rule", "text", "passage"),
    [
        ("email", "写信到 who.is@mail.example.com 吧", "who.is@mail.example.com"),
        ("domain", "上 shop.example.com 买", "shop.example.com"),
        ("ipv4", "连 192.168.1.254 试试", "192.168.1.254"),
        ("long_number", "号码①②③④⑤⑥78", "①②③④⑤⑥78"),
    ],
)
def test_addresses_and_numbers_can_be_listed_as_rules(rule: str, text: str, passage: str) -> None:
    assert found(text, [{"text": rule, "kind": "rule"}]) == [passage]
    assert found("一个普通的句子 1.5 版", [{"text": rule, "kind": "rule"}]) == []


def test_an_allowed_word_is_an_exception() -> None:
    words = [{"text": "广告", "exceptions": ["广告法"]}]
    assert found("广告法和广告", words, **PLAIN) == ["广告"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"overlap": "some"}, "overlap"),
        ({"overlap": ["all"]}, "overlap"),
        ({"preset": "fast"}, "preset"),
        ({"preset": []}, "preset"),
        ({"gap": 21}, "gap"),
        ({"repeat": "yes"}, "repeat"),
        ({"skip": 1}, "skip"),
        ({"colour": True}, "colour"),
        ([], "options"),
        ("plain", "options"),
    ],
)
def test_an_option_that_is_not_understood_is_named(options: Any, named: str) -> None:
    (answer,) = scan([json.dumps({"id": [1], "text": "x", "words": ["y"], "options": options}).encode()])
    data = json.loads(answer)
    assert data["id"] == [1]
    assert named in data["error"]
