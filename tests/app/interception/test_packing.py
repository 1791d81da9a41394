"""Words into rules: 300 a rule, 100 rules a corp, few rules touched by a small change."""

import random
from collections.abc import Sequence

from app.interception.fitting import Fitted, WeComClass, Word
from app.interception.halving import put_all_but_bad
from app.interception.packing import Bin, Existing, pack
from app.interception.planning import Everybody, Known, Seen, plan
from app.wecom.errors import Refused


def words(count: int, *, kind: int = 1, category: str = "industry", stores=(), first: int = 0) -> list[Word]:
    """The first matters most."""
    numbers = range(first, first + count)
    return [Word(f"词{n:05d}", kind, category, stores, (-kind, 5, 0, -n, 0), str(n)) for n in numbers]


def kept(bins: Sequence[Bin]) -> list[Existing]:
    """What WeCom has after these were written."""
    return [
        Existing(each.id or place + 1, each.kind, each.category, each.stores, tuple(w.text for w in each.words))
        for place, each in enumerate(bins)
    ]


def touched(before: Sequence[Existing], after: Sequence[Bin]) -> int:
    was = {rule.id: set(rule.words) for rule in before}
    changed = sum(was.get(each.id or 0) != {w.text for w in each.words} for each in after)
    return changed + sum(rule.id not in {each.id for each in after} for rule in before)


def test_a_rule_holds_300_words_of_one_category_kind_and_range():
    listed = [
        *words(301),
        *words(2, category="rude", first=400),
        *words(1, stores=(21,), first=500),
        *words(1, kind=2, first=600),
    ]
    bins, left = pack(listed, [], room=100)
    assert left == []
    assert [(each.kind, each.category, each.stores, len(each.words)) for each in bins] == [
        (1, "industry", (), 300),
        (1, "industry", (), 1),
        (1, "rude", (), 2),
        (1, "industry", (21,), 1),
        (2, "industry", (), 1),
    ]


def test_thirty_thousand_words_fit_and_the_next_does_not():
    bins, left = pack(words(30_001), [], room=100)
    assert (len(bins), len(left)) == (100, 1)
    assert left[0].text == "词30000"


def test_without_room_for_a_rule_of_its_own_a_category_joins_another():
    bins, left = pack([*words(10), *words(10, category="rude", first=50)], [], room=1)
    assert (len(bins), len(bins[0].words), left) == (1, 20, [])


def test_what_matters_least_is_left():
    listed = [*words(300), *words(5, first=400), *words(5, kind=2, first=500)]
    bins, left = pack(listed, [], room=2)
    assert len(bins) == 2
    assert {word.kind for word in left} == {2}


def test_no_room_at_all_leaves_everything():
    assert pack(words(3), [], room=0)[0] == []


def test_a_word_more_touches_one_rule_and_a_word_less_too():
    """Sabotage: pack without regard to the existing rules."""
    listed = words(3000)
    before = kept(pack(listed, [], room=100)[0])
    fewer = [word for word in listed if word.text != "词01234"]
    bins, _ = pack(fewer, before, room=100)
    assert touched(before, bins) == 1
    before = kept(bins)
    bins, _ = pack([*fewer, *words(1, first=9000)], before, room=100)
    assert touched(before, bins) == 1
    assert len(bins) == 10, "the place that was free is used"


def test_a_shuffle_of_what_matters_touches_nothing():
    listed = words(2000)
    before = kept(pack(listed, [], room=100)[0])
    random.Random(1).shuffle(listed)
    bins, _ = pack(listed, before, room=100)
    assert touched(before, bins) == 0


def test_half_empty_rules_are_drawn_together_only_when_there_is_no_room():
    before = [Existing(n, 1, "industry", (), (f"词{n:05d}",)) for n in range(1, 6)]
    listed = words(6)
    assert touched(before, pack(listed, before, room=6)[0]) == 1
    bins, left = pack(listed, before, room=2)
    assert (len(bins), left, len(bins[0].words)) == (1, [], 6)
    assert bins[0].id in {1, 2, 3, 4, 5}


def test_any_series_of_changes_keeps_every_word_once_and_within_the_limits():
    chance = random.Random(20261122)
    rules: list[Existing] = []
    for _ in range(30):
        listed = [
            word
            for kind in (1, 2)
            for category in ("industry", "rude")
            for word in words(chance.randrange(900), kind=kind, category=category, first=10_000 * kind)
        ]
        listed = list({(w.text, w.kind): w for w in listed if chance.random() < 0.8}.values())
        listed.sort(key=lambda word: word.rank, reverse=True)
        room = chance.randrange(1, 12)
        bins, left = pack(listed, rules, room=room)
        placed = [(word.text, word.kind) for each in bins for word in each.words]
        assert len(placed) == len(set(placed))
        assert len(placed) + len(left) == len(listed)
        assert len(bins) <= room
        assert all(0 < len(each.words) <= 300 for each in bins)
        assert not left or len(placed) > 300 * (room - 4), "room is wasted by no more than one rule a group"
        free = max((rule.id for rule in rules), default=0)
        for each in bins:
            if each.id is None:
                free += 1
                each.id = free
        assert len({each.id for each in bins}) == len(bins)
        rules = kept(bins)


EVERYBODY = Everybody((1,), ())


def known(number: int, texts: Sequence[str], **differs) -> Known:
    seen = {
        "name": f"导购台·行业违规·拦{number}",
        "kind": 1,
        "words": tuple(texts),
        "semantics": (),
        "userids": (),
        "departments": (1,),
    }
    return Known(number, str(seen["name"]), 1, "industry", (), tuple(texts), Seen(**{**seen, **differs}))


def test_nothing_to_do_is_no_step():
    listed = words(2)
    planned = plan(Fitted(tuple(listed), (), ()), [known(1, [w.text for w in listed])], EVERYBODY, others=0)
    assert planned.steps == ()


def test_each_property_that_differs_is_named():
    listed = words(1)
    for differs in ({"name": "改了"}, {"kind": 2}, {"semantics": (1,)}, {"departments": (1, 22)}):
        there = known(1, [listed[0].text], **differs)
        (step,) = plan(Fitted(tuple(listed), (), ()), [there], EVERYBODY, others=0).steps
        assert (step.act, len(step.changes), step.added, step.removed) == ("update", 1, (), ())


def test_rules_are_deleted_last_unless_their_place_is_needed():
    """So that no word is unguarded while it moves."""
    gone, fresh = known(1, ["旧词"], kind=1), words(1, kind=2)
    plain = plan(Fitted(tuple(fresh), (), ()), [gone], EVERYBODY, others=0)
    assert [step.act for step in plain.steps] == ["create", "delete"]
    full = plan(Fitted(tuple(fresh), (), ()), [gone], EVERYBODY, others=99)
    assert [step.act for step in full.steps] == ["delete", "create"]


def test_a_class_stays_on_the_rule_that_carries_it():
    listed = words(2)
    rules = [known(1, ["词00000"]), known(2, ["词00001"], semantics=(1,))]
    planned = plan(Fitted(tuple(listed), (), (WeComClass(1, 1, ()),)), rules, EVERYBODY, others=0)
    assert planned.steps == ()
    alone = plan(Fitted((), (), (WeComClass(1, 1, ()),)), [], EVERYBODY, others=0)
    assert [each.reason for each in alone.left_out] == ["no_carrier"]


def test_the_fingerprint_is_that_of_the_steps():
    one = plan(Fitted(tuple(words(3)), (), ()), [], EVERYBODY, others=0)
    same = plan(Fitted(tuple(reversed(words(3))), (), ()), [], EVERYBODY, others=5)
    more = plan(Fitted(tuple(words(4)), (), ()), [], EVERYBODY, others=0)
    assert one.fingerprint == same.fingerprint != more.fingerprint


def test_bad_words_are_found_by_halving():
    """Any number of them, anywhere, with any words that were there before."""
    chance = random.Random(7)
    for _ in range(200):
        listed = [f"词{number}" for number in range(chance.randrange(1, 300))]
        bad = set(chance.sample(listed, k=min(len(listed), chance.randrange(4))))
        safe = ["老词"] * chance.randrange(2)
        writes: list[list[str]] = []

        def put(batch: list[str], bad=bad, writes=writes) -> None:
            if not batch:
                raise AssertionError("WeCom takes no empty rule")
            if bad & set(batch):
                raise Refused("", api="", code_of_wecom=41083)
            writes.append(batch)

        refused: list[str] = []
        result = put_all_but_bad(put, safe, listed, refused.append)
        assert set(refused) == bad
        assert sorted(result) == sorted([*safe, *(set(listed) - bad)])
        assert (writes[-1] if writes else []) == result
        assert all(set(safe) <= set(batch) for batch in writes)
