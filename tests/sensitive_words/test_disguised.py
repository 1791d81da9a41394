"""Words hidden in two ways at once are found where they stand; the same input gives the same bytes."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensitive_words import Entry, Lexicon, starter_entries
from sensitive_words.disguise import DISGUISES

WORDS = ("最低价", "国家级", "假一赔十", "垃圾品牌", "法轮功", "fuck", "加微信", "好评返现", "操你妈", "台湾独立")
LEXICON = Lexicon([Entry(id=word, text=word) for word in WORDS])
BESIDE = ("零宽字符", "删除线", "星号", "空格", "横线", "表情")
"""What puts something between characters; it goes with whatever changes the characters themselves."""
CHANGED = ("大小写", "全角", "带圈字母", "数学字母", "繁体")
CLEAN = st.sampled_from(
    ["您好", "店里到了新货", "明天上午十点", "尺码有160和165", "运费我们出", "😀", "", "周三补货", "谢谢您"]
)


TWICE = [
    (word, twice)
    for word in WORDS
    for changed in CHANGED
    for beside in BESIDE
    if (once := DISGUISES[changed](word)) and (twice := DISGUISES[beside](once))
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(TWICE), CLEAN, CLEAN)
def test_two_disguises_at_once_do_not_hide_a_word(hidden: tuple[str, str], before: str, after: str) -> None:
    word, twice = hidden
    text = f"{before}，{twice}，{after}"
    start = len(before) + 1
    assert any(
        hit.word == word and start <= hit.start and hit.end <= start + len(twice)
        for hit in LEXICON.check(text).hits
    ), text


@settings(max_examples=200, deadline=None)
@given(st.lists(CLEAN, min_size=1, max_size=6).map("，".join))
def test_clean_text_stays_clean(text: str) -> None:
    verdict = LEXICON.check(text)
    assert verdict.hits == ()
    assert verdict.replaced == verdict.suggested == text


@settings(max_examples=200, deadline=None)
@given(st.lists(CLEAN | st.sampled_from(WORDS), min_size=1, max_size=6).map("，".join))
def test_what_is_masked_is_what_was_hit_and_the_length_stays(text: str) -> None:
    verdict = LEXICON.check(text)
    masked = {place for hit in verdict.hits for place in range(hit.start, hit.end)}
    assert verdict.replaced == "".join("＊" if place in masked else char for place, char in enumerate(text))


TEXTS = [
    "全网最低价，加我VX，假1赔10",
    "zui低价！操你女马",
    "最近到货，第一次来",
    "煞笔老板，拼夕夕上更便宜",
    "开光手链招财",
]


def test_the_same_list_and_text_give_the_same_bytes_in_every_process() -> None:
    lines = "".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(TEXTS)).encode()
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "sensitive_words", "scan", "--explain"],
            input=lines,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1


def test_the_order_of_the_list_changes_no_hit() -> None:
    entries = starter_entries("beauty")
    forward, backward = Lexicon(entries), Lexicon(entries[::-1])
    for text in TEXTS:
        assert forward.check(text) == backward.check(text)


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "\ud800", "😀" * 3, "。", "{{最低价}}"])
def test_nothing_to_read_is_let_pass(text: str) -> None:
    verdict = LEXICON.check(text)
    assert (verdict.hits, verdict.replaced) == ((), text)
