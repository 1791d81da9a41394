"""An entry says more than its word: exceptions, company, negation, place, day, strictness."""

from datetime import date

import pytest

from sensitive_words import Action, Disguises, Entry, InvalidEntry, Lexicon, Mode


def check(entry: Entry, text: str, **place: object) -> list[str]:
    return [hit.text for hit in Lexicon([entry]).check(text, **place).hits]  # type: ignore[arg-type]


FIRST = Entry(id="1", text="第一", exceptions=("第一[次家]",), counter_exceptions=("第一家族品牌",))


def test_an_exception_saves_and_a_longer_counter_exception_does_not() -> None:
    assert check(FIRST, "第一次来") == []
    assert check(FIRST, "全国第一") == ["第一"]
    assert check(FIRST, "第一家族品牌") == ["第一"]


def test_a_disguised_exception_still_saves() -> None:
    assert check(FIRST, "第 一 次来") == []


def test_a_near_miss_says_why() -> None:
    (miss,) = Lexicon([FIRST]).check("您是第一次来吗").near_misses
    assert (miss.step, miss.start, miss.end) == ("exception", 2, 4)
    assert "第一次" in miss.why


def test_without_its_company_a_word_takes_the_milder_action() -> None:
    entry = Entry(id="1", text="转运", near=("手链",), far_action=Action.RECORD)
    lexicon = Lexicon([entry])
    assert lexicon.check("手链能转运").action is Action.BLOCK
    assert lexicon.check("快递转运了").action is Action.RECORD
    assert lexicon.check("快递转运了").replaced == "快递转运了"


def test_negation_counts_inside_the_clause_only() -> None:
    entry = Entry(id="1", text="假货", negation=True)
    assert check(entry, "我们不卖假货") == []
    assert check(entry, "特别是假货") == ["假货"]
    assert check(entry, "不好意思，这是假货") == ["假货"]


@pytest.mark.parametrize(
    ("mode", "text", "hits"),
    [
        (Mode.SUBSTRING, "产品和服务", ["和服"]),
        (Mode.SEGMENT, "产品和服务", []),
        (Mode.WORD, "买和服", ["和服"]),
        (Mode.CLAUSE, "买和服", []),
        (Mode.CLAUSE, "你好，和服！", ["和服"]),
    ],
)
def test_the_mode_decides_what_must_stand_around(mode: Mode, text: str, hits: list[str]) -> None:
    assert check(Entry(id="1", text="和服", mode=mode), text) == hits


def test_an_exact_entry_knows_only_its_own_writing() -> None:
    entry = Entry(id="1", text="Apple", disguises=Disguises(fold=False))
    assert check(entry, "买Apple") == ["Apple"]
    assert check(entry, "买apple") == []


def test_an_entry_counts_only_in_its_time_and_place() -> None:
    entry = Entry(id="1", text="秒杀", valid_until=date(2026, 6, 18), scope={"channel": ("mass",)})
    assert check(entry, "秒杀", on=date(2026, 6, 18), where={"channel": "mass"}) == ["秒杀"]
    assert check(entry, "秒杀", on=date(2026, 6, 19)) == []
    assert check(entry, "秒杀", where={"channel": "sidebar"}) == []
    # What is not told does not exempt.
    assert check(entry, "秒杀") == ["秒杀"]


def test_who_is_in_several_places_is_in_each_of_them() -> None:
    entry = Entry(id="1", text="秒杀", scope={"store": ("12", "15"), "role": ("guide",)})
    assert check(entry, "秒杀", where={"store": frozenset({"1", "15"}), "role": "guide"}) == ["秒杀"]
    assert check(entry, "秒杀", where={"store": frozenset({"1", "16"}), "role": "guide"}) == []
    assert check(entry, "秒杀", where={"store": frozenset({"15"}), "role": frozenset({"admin"})}) == []
    assert check(entry, "秒杀", where={"role": frozenset({"guide", "admin"})}) == ["秒杀"]


def test_the_strictest_hit_decides() -> None:
    actions = [Action.RECORD, Action.WARN, Action.REPLACE, Action.BLOCK]
    entries = [Entry(id=a, text=f"词{a}", action=a, suggestion="好") for a in actions]
    for count, action in enumerate(actions, 1):
        text = "，".join(f"词{a}" for a in actions[:count])
        assert Lexicon(entries).check(text).action is action


def test_the_suggestion_replaces_the_passage() -> None:
    entry = Entry(id="1", text="最便宜", action=Action.REPLACE, suggestion="很划算")
    verdict = Lexicon([entry]).check("今天最便宜了")
    assert verdict.suggested == "今天很划算了"
    assert verdict.replaced == "今天＊＊＊了"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "词", "action": "explode"}, "action"),
        ({"text": "词", "valid_from": "明天"}, "valid_from"),
        ({"text": "词", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "valid_until"),
        ({"text": "词", "action": "replace"}, "suggestion"),
        ({"text": "词", "exceptions": "不是一列"}, "exceptions"),
        ({"text": "词", "colour": "red"}, "colour"),
        ({"text": "词" * 65}, "text"),
        ({"text": "词", "disguises": {"gap": 99}}, "disguises"),
    ],
)
def test_a_bad_entry_is_refused_with_its_field_in_chinese(data: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidEntry, match=r"[\u4e00-\u9fff]") as caught:
        Entry.from_dict(data)
    assert caught.value.field == field


def test_a_list_with_one_number_twice_or_a_word_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidEntry):
        Lexicon([Entry(id="1", text="甲"), Entry(id="1", text="乙")])
    with pytest.raises(InvalidEntry):
        Lexicon([Entry(id="1", text="\u200b")])


def test_explaining_names_every_step() -> None:
    steps = Lexicon([FIRST]).explain("第一次来，全国第一 https://a.cn/1")
    assert [step.name for step in steps] == ["read", "mask", "hit", "miss", "result"]


def test_an_exception_does_not_reach_over_a_comma() -> None:
    entry = Entry(id="1", text="降血压", exceptions=("降血压药",))
    assert check(entry, "降血压药在左边") == []
    assert check(entry, "喝它降血压，药都能停") == ["降血压"]


def test_a_denial_right_after_the_word_counts_too() -> None:
    entry = Entry(id="1", text="走私货", negation=True)
    assert check(entry, "走私货我们不卖") == []
    assert check(entry, "走私货，不卖就没了") == ["走私货"]


def test_a_list_of_four_characters_that_spells_a_word_is_the_word_and_one_of_three_is_a_list() -> None:
    """
    Sabotage: let 、 never count as a disguise: 「永、久、仪、器」 leaves.
    """
    assert check(Entry(id="1", text="永久仪器"), "咱家永、久、仪、器好") == ["永、久、仪、器"]
    assert check(Entry(id="1", text="红黄蓝"), "有红、黄、蓝三色") == []
