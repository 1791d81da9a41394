"""A guide types two characters or four letters and finds the script, marked where it was found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts_library import (
    Document,
    SearchIndex,
    bigrams,
    fold,
    is_pinyin_query,
    pinyin_initials,
    pinyin_match,
    pinyin_pairs,
    pinyin_splits,
    rank,
    tokens,
)
from scripts_library.words import jieba_cutter

DOCUMENTS = [
    Document("tall", "尺码建议（高个子）", "您身高 {身高}，建议选 {尺码}", ("高个子",), ("售前", "尺码")),
    Document("wool", "羊毛衫怎么洗", "翻面冷水，平铺阴干，不用问尺码", ("洗护", "ymx"), ("售后", "洗护")),
    Document("price", "嫌贵：讲面料", "{称呼}，这件用的是羊毛混纺", ("太贵",), ("售前", "嫌贵")),
    Document("exchange", "换尺码", "ＸＬ号給您留著", (), ("售后", "退换")),
]


@pytest.fixture(scope="module")
def index():
    return SearchIndex(DOCUMENTS)


def keys(found):
    return [ranked.key for ranked in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("尺码", ["tall", "exchange", "wool"]),
        ("cmjy", ["tall"]),
        ("CMJY", ["tall"]),
        ("chimajianyi", ["tall"]),
        ("chimjy", ["tall"]),
        ("chimaj", ["tall"]),
        ("chim", ["tall", "exchange"]),
        ("gao", ["tall"]),
        ("jyggz", ["tall"]),
        ("ymx", ["wool"]),
        ("羊毛", ["wool", "price"]),
        ("羊毛 混纺", ["price", "wool"]),
        ("洗 尺码", ["wool", "tall", "exchange"]),
        ("xl", ["exchange"]),
        ("给您", ["exchange"]),
        ("售后", ["wool", "exchange"]),
        ("羊毛衫要怎么洗才不缩水", ["wool"]),
        ("称呼", []),
        ("", []),
        ("  ", []),
        ("！", []),
        ("完全没有的", []),
    ],
)
def test_queries_find_their_scripts_best_first(index, query, expected):
    assert keys(index.search(query)) == expected
    assert keys(rank(query, DOCUMENTS)) == expected


def test_what_was_found_is_marked_in_the_original(index):
    (tall, *_) = index.search("cmjy")
    assert [tall.document.title[a:b] for a, b in tall.title_highlights] == ["尺码建议"]

    (exchange,) = index.search("xl")
    assert [exchange.document.text[a:b] for a, b in exchange.text_highlights] == ["ＸＬ"]

    (wool, *_) = index.search("羊毛 尺码")
    assert [wool.document.title[a:b] for a, b in wool.title_highlights] == ["羊毛"]
    assert [wool.document.text[a:b] for a, b in wool.text_highlights] == ["尺码"]


def test_the_limit_is_kept(index):
    assert keys(index.search("尺码", limit=1)) == ["tall"]
    assert index.search("尺码", limit=0) == []


alphabet = "尺码建议高子羊毛衫洗长重ab1 ，"
texts = st.text(alphabet=alphabet, max_size=12)


few = st.text(alphabet="尺码建a ，", max_size=9)


@settings(max_examples=300)
@given(st.lists(st.tuples(few, few, st.lists(few, max_size=2)), max_size=6), few)
def test_the_index_and_the_plain_scan_agree(rows, query):
    """Sabotage: drop one posting, or trust the rarest bigram without looking at the text."""
    documents = [Document(str(n), title, text, tuple(s)) for n, (title, text, s) in enumerate(rows)]

    assert SearchIndex(documents).search(query) == rank(query, documents)


@given(st.text(alphabet=alphabet, max_size=8), st.text(alphabet=alphabet, min_size=1, max_size=8))
def test_every_text_with_the_term_is_found(before, term):
    term = term.split()[0] if term.split() else "码"
    document = Document("x", "标题", f"{before}{term}")

    assert keys(SearchIndex([document]).search(term)) == ["x"]
    assert set(bigrams(term)) <= set(bigrams(document.text))


@given(st.text(alphabet="尺码建议高个子长重大衣怎么洗", min_size=2, max_size=6), st.data())
def test_a_title_is_found_by_any_mix_of_syllables_and_initials(title, data):
    """And the pairs that a database is asked for are those the title has. Sabotage: heads without 1."""
    readings = {"尺": "chi", "码": "ma", "建": "jian", "议": "yi", "高": "gao", "个": "ge", "子": "zi"}
    readings |= {"长": "chang", "重": "zhong", "大": "da", "衣": "yi", "怎": "zen", "么": "me", "洗": "xi"}
    query = "".join(data.draw(st.sampled_from([readings[c], readings[c][0]])) for c in title)

    assert pinyin_match(query, title) == (0, len(title))
    assert keys(SearchIndex([Document("x", title)]).search(query)) == ["x"]
    assert any(set(way) <= set(pinyin_pairs(title)) for way in pinyin_splits(query))


def test_no_title_makes_pinyin_slow():
    """Every character can be read two ways; trying them one after the other would take 2⁴⁰ steps."""
    assert pinyin_match("a" * 60 + "b", "啊" * 40) is None
    assert pinyin_match("a" * 40, "啊" * 40) == (0, 40)
    assert len(pinyin_splits("ananan" * 16)) <= 128


def test_initials_are_those_people_type():
    assert pinyin_initials("尺码建议") == "cmjy"
    assert pinyin_initials("Ｔ恤怎么搭？") == "txzmd"
    assert is_pinyin_query("cmjy")
    assert not is_pinyin_query("尺码")
    assert not is_pinyin_query("165")


@given(st.text(max_size=30))
def test_folding_never_moves_an_offset(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["羊毛衫第一次怎么洗", "身高165穿什么码", "您看中的款式到货了", "Ｔ恤起球吗"])
def test_words_are_the_same_with_either_segmenter(text):
    slow = [word for word in jieba_cutter()(fold(text)) if word in tokens(text)]
    assert tuple(dict.fromkeys(slow)) == tokens(text)
