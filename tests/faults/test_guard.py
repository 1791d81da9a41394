"""
Goal 25: no sensitive word gets out, however it is hidden, whichever way it takes, whatever becomes of the filter.

That every way goes through the one door is proven by tests/app/outbound and by the types; so the whole product of
words and disguises is tried at the filter, one text for each word at the door, and some on each of twelve ways
from a page or a callback to WeCom.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

import sensitive_words
from app import db
from app.compliance import checks, lexicon
from app.compliance.clearing import clear
from app.errors import Blocked
from app.outbound.models import SendIntent
from app.sync_runs.models import Kind
from app.valkey import valkey
from scripts_library import starter_pack
from sensitive_words import Action, Lexicon
from tests.app.outbound.failing import Endless, endless_checks, failures, hold
from tests.app.outbound.ways import WANG_JIE, Bed
from tests.faults.disguises import DISGUISES, clean_texts, words
from tests.faults.plant import report, sized
from tests.support import words as published
from wecom_simulator import Simulator

SENTENCE = "亲，这款{}，今天到店"
"""Between marks: 、 between characters hides a word here; 咱家红、黄、蓝好 is a list of things to the engine."""
CLEAN = "亲，这款外套今天到店"
LIST = words(2000)
CORPUS = Path(sensitive_words.__file__).parent / "corpus" / "test.tsv"
MOST_MILLISECONDS = 80
"""The promise is 20 on an idle machine; the figure measured is reported."""
SHOWN_STOPPED = "开业全场最低价"
"""The one script of the starter pack that is there to be stopped, so that people see what that looks like."""

Go = Callable[[str], object]


def hidden(chosen: list[str]) -> Iterator[tuple[str, str, str]]:
    """Word, name of the disguise, and the word in it, wherever the disguise changes the word."""
    for word, (name, disguise) in product(chosen, DISGUISES.items()):
        shape = disguise(word)
        if name == "as it is" or shape != word:
            yield word, name, shape


@pytest.fixture
def bed(
    app: Any, clock: Any, people: Any, simulator: Simulator, run_jobs: Any, sign_in: Callable[[str], FlaskClient]
) -> Bed:
    """The shop, synced, and a list of two thousand words."""
    published.publish_entries(*({"text": word} for word in LIST))
    made = Bed(simulator, sign_in, run_jobs, clock)
    made.sync(Kind.CUSTOMERS, Kind.GROUPS)
    return made


def ways(bed: Bed) -> dict[str, Go]:
    """Twelve ways, each prepared once and then walked with as many texts as one likes."""
    lin, li, yun = bed.sign_in("lin"), bed.sign_in("li"), bed.sign_in("yun")
    groups = bed.simulator.world.state.groups.values()
    chat_id = next(each.chat_id for each in groups if each.owner == "lin")
    made: Any = yun.post("/api/tags/groups", json={"name": "偏好", "tags": ["棉"]}).json
    message: Any = li.post("/api/mass-messages", json={"title": "邀约"}).json
    bed.simulator.calls.clear()
    follow, tags = f"/api/customers/{WANG_JIE}/follow", f"/api/tags/groups/{made['id']}"
    whole = "{称呼}您好，我是{品牌名}的{导购名}，先送您{见面礼}。"

    def press(subject: dict[str, str]) -> Go:
        def go(text: str) -> object:
            body = {"press_id": str(uuid4()), "parts": [{"text": text}], **subject}
            return lin.post("/api/outbound/sidebar-sends", json=body)

        return go

    def mass_message(text: str) -> object:
        li.patch(f"/api/mass-messages/{message['id']}", json={"text": text, "audience": {}})
        return li.post(f"/api/mass-messages/{message['id']}/submit", json={})

    def welcome(text: str) -> object:
        body = {"store_id": 0, "text": whole + text, "brand": "云裳", "benefit": "一张券"}
        return yun.put("/api/welcome", json=body)

    def bot(text: str) -> object:
        bed.simulator.world.member_writes_to_app("lin", f"咱家，{text}，好")
        return bed.simulator.callbacks.deliver_pending()

    return {
        "sidebar": press({"entry": "single", "external_user_id": WANG_JIE}),
        "sidebar in a group": press({"entry": "group", "chat_id": chat_id}),
        "remark": lambda text: lin.patch(follow, json={"remark": text[:20]}),
        "description": lambda text: lin.patch(follow, json={"description": text}),
        "new group of tags": lambda text: yun.post("/api/tags/groups", json={"name": text, "tags": ["丝"]}),
        "tag": lambda text: yun.post(f"{tags}/tags", json={"names": [text]}),
        "group renamed": lambda text: yun.patch(tags, json={"name": text}),
        "tag renamed": lambda text: yun.patch(f"/api/tags/{made['tags'][0]['id']}", json={"name": text}),
        "code's name": lambda text: yun.post("/api/contact-codes", json={"userid": "lin", "name": text}),
        "welcome": welcome,
        "mass message": mass_message,
        "bot": bot,
    }


def settle(bed: Bed) -> None:
    """Everything that is due now, or after a short wait."""
    bed.run_jobs()
    bed.wait(timedelta(minutes=2))
    bed.run_jobs()


def presses() -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(SendIntent)) or 0


def reached(bed: Bed, texts: set[str]) -> list[str]:
    """The calls by which any of the texts, in any of its shapes, arrived at WeCom."""
    return [call.path for call in bed.simulator.calls if any(text in str(call.body) for text in texts)]


def test_goal_25_no_disguise_gets_past_the_filter(bed: Bed):
    """
    Sabotages: read without NFKC (`Options(compatibility=False)`); let `passed` go on after an exception.
    """
    chosen = LIST[:: len(LIST) // sized(200)]
    tried = bypassed = at_the_door = 0
    for _word, _name, shape in hidden(chosen):
        tried += 1
        bypassed += checks.verdict(SENTENCE.format(shape), channel="sidebar").action is not Action.BLOCK
    for start in range(0, len(chosen), 20):
        with db.transaction() as session:
            for word in chosen[start : start + 20]:
                name, disguise = random.Random(word).choice(list(DISGUISES.items()))
                at_the_door += 1
                with pytest.raises(Blocked):
                    text = SENTENCE.format(disguise(word))
                    clear(session, text, channel="bot", on_behalf_of="system", subject=name)
    assert bypassed == 0
    report(
        25,
        f"{len(chosen)} words × {len(DISGUISES)} disguises, {tried} texts that differ, at the filter: 0 bypassed; "
        f"{at_the_door} of them at the door: 0 cleared",
    )


PARTS = max(1, sized(1))
OF_EACH_WAY = 10
ANY_PART = pytest.mark.parametrize("part", range(PARTS))
"""A transaction of its own for each: PostgreSQL is slow in one with ten thousand savepoints."""


@ANY_PART
def test_goal_25_no_way_lets_a_hidden_word_out(bed: Bed, part: int):
    """Sabotage: let one of the ways call the client with the text as it came."""
    walked, everything = ways(bed), list(hidden(LIST[part::PARTS]))
    chosen = random.Random(part).sample(everything, OF_EACH_WAY * len(walked))
    shapes = set()
    for number, (_word, _name, shape) in enumerate(chosen):
        list(walked.values())[number % len(walked)](shape)
        shapes.add(shape)
    settle(bed)
    assert reached(bed, shapes) == []
    assert presses() == 0
    valkey().flushdb()  # the limiter counts by a clock of its own
    for go in walked.values():  # and yet the ways are open
        go(CLEAN)
    settle(bed)
    assert presses() == 2
    open_ways = set(reached(bed, {CLEAN}))
    assert {"externalcontact/remark", "externalcontact/add_corp_tag", "message/send"} <= open_ways
    if part == PARTS - 1:
        tried = OF_EACH_WAY * PARTS
        report(25, f"{len(walked)} ways × {tried} hidden words from page or callback to WeCom: 0 arrived")


LETTERS = ("traditional", "full width", "upper case", "zigzag case", "NFKC: radicals and compatibility")
GAPS = [name for name in DISGUISES if name.startswith(("invisible", "space", "symbol", "marks", "combining"))]
AROUND = st.lists(st.sampled_from(list(clean_texts(60))), max_size=3).map("".join)


def test_goal_25_nor_do_two_disguises_at_once_in_any_surroundings(database: Connection):
    published.publish_entries(*({"text": word} for word in LIST))
    lexicon.look_again()

    @settings(max_examples=sized(100), deadline=None, derandomize=True, database=None)
    @given(st.sampled_from(LIST), st.sampled_from(LETTERS), st.sampled_from(GAPS), AROUND, AROUND)
    def is_found(word: str, letters: str, gap: str, before: str, after: str) -> None:
        shape = DISGUISES[gap](DISGUISES[letters](word))
        text = f"{before}，{shape}，{after}"
        assert checks.verdict(text, channel="sidebar").action is Action.BLOCK, text

    is_found()
    report(25, f"Hypothesis, {sized(100)} texts with two disguises at once: 0 bypassed")


@ANY_PART
def test_goal_25_whatever_becomes_of_the_filter_nothing_leaves(
    bed: Bed, database: Connection, worker_database: str, part: int
):
    """Sabotage: answer `pass` when the engine raises; keep the last list when the database does not answer."""

    def restart() -> None:
        db.configure(worker_database)
        db.bind_to(database)

    walked, tried = ways(bed), 0
    before = presses()

    def walk_all() -> None:
        nonlocal tried
        for go in walked.values():
            go(CLEAN)
            tried += 1
        settle(bed)

    with endless_checks():
        hold(Endless)
        walk_all()
    broken = failures(restart)
    for fail in broken.values():
        fail()
        walk_all()
    assert (reached(bed, {CLEAN}), presses() - before) == ([], 0)
    if part == PARTS - 1:
        tries = tried * PARTS
        report(25, f"{len(walked)} ways, filter hanging or broken in {len(broken)} ways: {tries} tries, 0 sends")


def test_goal_25_harmless_texts_pass():
    starter = Lexicon(sensitive_words.starter_entries())
    scripts = [part.text for each in starter_pack().scripts if each.title != SHOWN_STOPPED for part in each.parts]
    made = list(clean_texts(sized(1000) - min(len(scripts), sized(1000) // 2)))
    plain = [*made, *scripts[: sized(1000) - len(made)]]
    lines = [line.split("\t") for line in CORPUS.read_text("utf-8").splitlines()]
    tricky = [line[1] for line in lines if line[0] == "-"]

    def stopped(texts: list[str]) -> int:
        return sum(starter.check(text).action is Action.BLOCK for text in texts)

    false, hard = stopped(plain), stopped(tricky)
    report(
        25,
        f"starter list, {len(plain)} plain texts ({len(scripts)} of them scripts): {false} blocked; "
        f"{len(tricky)} tricky ones that hold a listed word: {hard} blocked ({hard / len(tricky):.1%})",
    )
    assert false <= len(plain) / 1000


def milliseconds_for(text: str) -> float:
    began = time.process_time()
    checks.verdict(text, channel="sidebar")
    return (time.process_time() - began) * 1000


def test_goal_25_the_longest_text_takes_little_time(database: Connection):
    """In time of the processor, the best of three, because other processes share it."""
    many = [word + ending for word, ending in product(words(1800), ("", "会", "款", "节", "季", "区"))][:10_000]
    published.publish_entries(*({"text": word} for word in many))
    harmless = "".join(clean_texts(300))
    rotten = "".join(SENTENCE.format(" ".join(word)) for word in many)
    texts = {
        "harmless": harmless[:4000],
        "full of hidden words": rotten[:4000],
        "one character": "全" * 4000,
        "noise": "全 * 网 " * 666,
    }
    figures = []
    for name, text in texts.items():
        checks.verdict(text, channel="sidebar")
        took = [min(milliseconds_for(text) for _ in range(3)) for _ in range(sized(100))]
        p99 = statistics.quantiles(took, n=100)[98] if len(took) > 1 else took[0]
        figures.append((name, statistics.median(took), p99))
    report(
        25,
        "4,000 characters × 10,000 words, ms of CPU p50/p99: "
        + ", ".join(f"{name} {median:.1f}/{p99:.1f}" for name, median, p99 in figures),
    )
    assert max(p99 for _, _, p99 in figures) <= MOST_MILLISECONDS
