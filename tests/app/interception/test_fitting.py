"""Which words WeCom's plain substrings can stand for."""

from datetime import date
from pathlib import Path

import pytest

import sensitive_words
from app.interception.boundaries import meets_by_chance
from app.interception.fitting import ACCEPTED_AT_FIRST, Circumstances, Reason, fit
from sensitive_words import Entry, starter_entries

CORPUS = Path(sensitive_words.__file__).parent / "corpus"


def fitted(*fields, **circumstances):
    entries = [
        Entry.from_dict({"id": str(number), "action": "block", "category": "advertising", **each})
        for number, each in enumerate(fields, start=1)
    ]
    now = {"on": date(2026, 11, 22), "hits": {}, "stores": {1, 21, 22}, "refused": set()}
    return fit(entries, Circumstances(**{**now, **circumstances}))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "最", "exceptions": ["最近"]}, Reason.EXCEPTIONS),
        ({"text": "最高级", "must_not_hit": ["最高级别的会员"]}, Reason.EXCEPTIONS),
        ({"text": "返现金", "near": ["好评"]}, Reason.NEAR),
        ({"text": "最便宜的", "negation": True}, Reason.NEGATION),
        ({"text": "人流"}, Reason.BOUNDARY),
        ({"text": "滚"}, Reason.BOUNDARY),
        ({"text": "sb"}, Reason.BOUNDARY),
        ({"text": "别买别家", "mode": "clause"}, Reason.BOUNDARY),
        ({"text": "好评{6}返现", "kind": "rule"}, Reason.PATTERN),
        ({"text": "wechat_id", "kind": "rule"}, Reason.PATTERN),
        ({"text": "phone", "kind": "rule", "exceptions": ["客服电话"]}, Reason.PATTERN),
        ({"text": "全网最低价", "action": "record"}, Reason.RECORD_ONLY),
        ({"text": "全网最低价", "scope": {"channel": ["mass_message"]}}, Reason.CHANNEL),
        ({"text": "全网最低价", "scope": {"role": ["operator"]}}, Reason.WHO),
        ({"text": "全网最低价", "scope": {"store": ["99"]}}, Reason.STORE_GONE),
        ({"text": "字" * 33}, Reason.TOO_LONG),
    ],
)
def test_what_would_stop_harmless_texts_or_cannot_be_said_is_left_out_with_its_reason(fields, reason):
    found = fitted(fields)
    assert found.words == ()
    assert [each.reason for each in found.left_out] == [reason]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"text": "全网最低价"}, 1),
        ({"text": "全网最低价", "action": "warn"}, 2),
        ({"text": "全网最低价", "action": "replace", "suggestion": "好价"}, 2),
        ({"text": "傻子"}, 1),
        ({"text": "人流", "mode": "substring"}, 1),
        ({"text": "字" * 32}, 1),
        ({"text": "全网最低价", "scope": {"channel": ["sidebar", "welcome"]}}, 1),
        ({"text": "全网最低价", "scope": {"role": ["guide"]}}, 1),
        ({"text": "返现金", "near": ["好评"], "far_action": "warn"}, 2),
    ],
)
def test_what_stops_by_itself_goes(fields, kind):
    assert [word.kind for word in fitted(fields).words] == [kind]


def test_only_the_forms_that_an_exception_concerns_stay_behind():
    found = fitted({"text": "最低价", "aliases": ["价格最低", "最底价"], "exceptions": ["最低价保护"]})
    assert sorted(word.text for word in found.words) == ["价格最低", "最底价"]
    assert [(each.word, each.detail) for each in found.left_out] == [("最低价", "最低价保护")]


def test_phrases_in_which_the_word_is_meant_after_all_go_where_the_bare_word_may_not():
    """Sabotage: leave counter-exceptions out of `_outcomes`."""
    found = fitted(
        {"text": "第一", "exceptions": ["第一[次天家]"], "counter_exceptions": ["(销量|全网)第一家", "第一的次品"]}
    )
    assert sorted((word.text, word.kind) for word in found.words) == [
        ("全网第一家", 1),
        ("第一的次品", 1),
        ("销量第一家", 1),
    ]
    assert [(each.word, each.reason) for each in found.left_out] == [("第一", Reason.EXCEPTIONS)]


def test_such_phrases_are_not_said_again_beside_a_word_that_goes():
    found = fitted({"text": "最低价", "exceptions": ["没有"], "counter_exceptions": ["最低价保证"]})
    assert [word.text for word in found.words] == ["最低价"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        # The word warns as an accepted risk, the phrase in which it is meant blocks.
        ({"exceptions": ["最低价保护"]}, [("最低价", 2), ("全网最低价保护", 1)]),
        # A harmless phrase that is longer still, a phrase without the word, and one that a negation takes back.
        ({"exceptions": ["最低价保护"], "must_not_hit": ["不是全网最低价保护"]}, [("最低价", 2)]),
        ({"exceptions": ["最低价保护"], "counter_exceptions": ["全网最低"]}, [("最低价", 2)]),
        ({"exceptions": ["最低价保护"], "negation": True}, [("最低价", 2)]),
    ],
)
def test_such_phrases_have_to_fit_as_any_word(fields, words):
    given = {"text": "最低价", "counter_exceptions": ["全网最低价保护"], **fields}
    found = fitted(given, accepted={Reason.EXCEPTIONS})
    assert sorted((word.text, word.kind) for word in found.words) == sorted(words)


def test_an_accepted_risk_goes_as_a_warning():
    found = fitted({"text": "最便宜的", "negation": True}, accepted={Reason.NEGATION})
    assert [(word.text, word.kind) for word in found.words] == [("最便宜的", 2)]
    assert found.left_out == ()


def test_no_one_can_accept_what_wecom_cannot_hold():
    assert fitted({"text": "字" * 33}, accepted=set(Reason)).words == ()


def test_an_entry_counts_between_its_days():
    assert fitted({"text": "双十一价", "valid_until": "2026-11-21"}).words == ()
    assert fitted({"text": "双十二价", "valid_from": "2026-11-23"}).words == ()
    assert len(fitted({"text": "双十一价", "valid_from": "2026-11-22", "valid_until": "2026-11-22"}).words) == 1


def test_a_word_in_two_entries_goes_once_and_the_stricter_wins():
    found = fitted({"text": "甲乙丙", "action": "warn"}, {"text": "丁戊己", "aliases": ["甲乙丙"]})
    assert sorted((word.text, word.kind) for word in found.words) == [("丁戊己", 1), ("甲乙丙", 1)]


def test_what_everybody_has_is_not_said_again_for_a_store():
    stores = {"store": ["21", "22"]}
    assert len(fitted({"text": "甲乙丙"}, {"text": "甲乙丙", "action": "warn", "scope": stores}).words) == 1
    stricter = fitted({"text": "甲乙丙", "action": "warn"}, {"text": "甲乙丙", "scope": stores})
    assert sorted((word.kind, word.stores) for word in stricter.words) == [(1, (21, 22)), (2, ())]


def test_what_matters_most_comes_first():
    found = fitted(
        {"text": "提醒的词", "action": "warn", "category": "industry"},
        {"text": "竞品的词", "category": "competitor"},
        {"text": "旧的违规词", "category": "industry"},
        {"text": "新的违规词", "category": "industry"},
        {"text": "常见违规词", "category": "industry"},
        hits={"5": 3, "1": 99},
    )
    assert [word.text for word in found.words] == [
        "常见违规词",
        "新的违规词",
        "旧的违规词",
        "竞品的词",
        "提醒的词",
    ]


def test_phone_numbers_are_wecoms_own_class_beside_those_that_people_chose():
    found = fitted({"text": "phone", "kind": "rule", "action": "warn"}, chosen_classes=[3])
    assert [(each.number, each.kind) for each in found.classes] == [(3, 1), (1, 2)]


@pytest.mark.parametrize("word", ["人流", "和服", "我操", "口交", "性交", "京东", "滚", "vx", "cialis"])
def test_what_chance_makes_every_day_needs_boundaries(word):
    """个人流程, 产品和服务, 我操作, 路口交通, 一次性交费, 北京东路, 滚动, vxworks, specialist."""
    assert meets_by_chance(word)


@pytest.mark.parametrize("word", ["傻子", "赌博", "最佳", "K粉", "全网最低", "治疗", "第一"])
def test_what_people_mean_when_they_write_it_needs_none(word):
    assert not meets_by_chance(word)


def sentences(label: str) -> list[str]:
    lines = [line for half in ("dev.tsv", "test.tsv") for line in (CORPUS / half).read_text().splitlines()]
    if label == "harmless":
        return [line.split("\t")[1] for line in lines if line.startswith("-\t")]
    return [line.split("\t")[-1] for line in lines if not line.startswith("-\t")]


def noticed(texts: list[str], words: list[str]) -> int:
    """As WeCom looks: bare substrings."""
    return sum(any(word in text for word in words) for text in texts)


def starter(*, accepted=()):
    return fit(starter_entries(), Circumstances(date(2026, 11, 22), {}, {1}, set(), accepted=accepted))


def test_of_the_starter_lists_goes_what_lets_harmless_sentences_pass():
    """
    The harmless sentences of the corpus are there to be mistaken: bare words stop almost half of them.

    Sabotage: let `_problem` find nothing.
    """
    blocking = [word.text for word in starter().words if word.kind == 1]
    entries = [entry for entry in starter_entries() if entry.kind == "word" and entry.action == "block"]
    bare = [form for entry in entries for form in (entry.text, *entry.aliases)]
    harmless = sentences("harmless")
    stopped, stopped_bare = noticed(harmless, blocking), noticed(harmless, bare)
    print(
        f"{len(blocking)} of {len(bare)} blocking forms go; of {len(harmless)} harmless sentences WeCom stops"
        f" {stopped}, with all forms {stopped_bare}"
    )
    assert len(blocking) > 0.2 * len(bare)
    assert stopped <= 0.1 * stopped_bare


def test_the_risk_of_negation_is_worth_taking_from_the_start():
    """Sabotage: take the risk of exceptions, too."""
    careful, at_first = starter(), starter(accepted=ACCEPTED_AT_FIRST)
    words = [[word.text for word in found.words] for found in (careful, at_first)]
    blocking = [[word.text for word in found.words if word.kind == 1] for found in (careful, at_first)]
    assert blocking[0] == blocking[1], "a risk warns and never blocks"
    harmless, bad = sentences("harmless"), sentences("bad")
    disturbed, caught = ([noticed(texts, each) for each in words] for texts in (harmless, bad))
    print(
        f"noticed: of {len(bad)} violations {caught[0]} → {caught[1]}, of {len(harmless)} harmless sentences"
        f" {disturbed[0]} → {disturbed[1]}"
    )
    assert caught[1] > 2 * caught[0]
    assert disturbed[1] - disturbed[0] <= 0.05 * len(harmless)
