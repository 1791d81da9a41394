"""However a word is dressed, it is found where it stands; and what only looks like it is left alone."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensitive_words import Entry, Lexicon, Options, Overlap
from sensitive_words.disguise import DISGUISES
from sensitive_words.folding import Fold, folded, table_for

WORDS = ("最低价", "国家级", "假一赔十", "垃圾品牌", "法轮功", "fuck", "bitch", "加微信", "好评返现", "操你妈")


def found(text: str, *words: str, **options: object) -> list[tuple[int, int, str]]:
    entries = [Entry(id=word, text=word) for word in words]
    verdict = Lexicon(entries, options=Options(**options)).check(text)  # type: ignore[arg-type]
    return [(hit.start, hit.end, hit.word) for hit in verdict.hits]


LEXICON = Lexicon([Entry(id=word, text=word) for word in WORDS])
CLEAN = st.text(alphabet="您好店里有新货，。！ 0123😀\u200b～", max_size=12)


@settings(max_examples=1000, deadline=None)
@given(word=st.sampled_from(WORDS), name=st.sampled_from(sorted(DISGUISES)), before=CLEAN, after=CLEAN)
def test_no_disguise_hides_a_word_in_any_surroundings(word: str, name: str, before: str, after: str) -> None:
    hidden = DISGUISES[name](word)
    if hidden is None:
        return
    text = f"{before}；{hidden}；{after}"
    hits = [hit for hit in LEXICON.check(text).hits if hit.word == word]
    assert hits, text
    assert all(text[hit.start : hit.end] == hit.text for hit in hits)
    place = len(before) + 1
    assert any(hit.start >= place and hit.end <= place + len(hidden) for hit in hits)


@pytest.mark.parametrize("block", [range(0x2F00, 0x2FD6), range(0xF900, 0xFAD9), range(0x2F800, 0x2FA1E)])
def test_what_nfkc_takes_for_a_character_is_read_as_that_character(block: range) -> None:
    """Kangxi radicals and compatibility ideographs look like the ordinary ones."""
    table = table_for(Fold.of(Options(compatibility=True)))
    same = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in block}
    unread = {
        char for char, plain in same.items() if char != plain and folded(char, table) != folded(plain, table)
    }
    assert unread == set()


EVERYTHING = Lexicon(
    [
        *LEXICON.entries,
        *(Entry(id=rule, text=rule, kind="rule") for rule in ("phone", "link", "好评|五星{6}返现|返红包")),
        Entry(id="100%正品", text="100%正品"),
        Entry(id="国家级正品店", text="国家级正品店", kind="name"),
    ],
    options=Options(homophone=True, pinyin=True, digits=True, repeat="any", gap=20, segmentation=False),
)
BROKEN = [
    "女马",
    "扌喿",
    "亻尔",
    "尔女",
    "妈妈",
    "％",
    "100%",
    "幺三八零零",
    "八零零零",
    "zuidi",
    "㎏",
    "ﬃ",
    "\u200b",
]
PIECES = st.lists(st.sampled_from([*WORDS, *BROKEN, "😀", "𠮷", "，", "x"]) | st.text(max_size=6), max_size=8).map(
    "".join
)


@settings(max_examples=500, deadline=None)
@given(PIECES, st.sampled_from([LEXICON, EVERYTHING]))
def test_any_text_gets_a_verdict_with_offsets_that_fit(text: str, lexicon: Lexicon) -> None:
    verdict = lexicon.check(text)
    assert len(verdict.replaced) == len(text)
    assert verdict == lexicon.check(text)
    for hit in verdict.hits:
        assert text[hit.start : hit.end] == hit.text
        units = text.encode("utf-16-le", "surrogatepass")
        assert units[2 * hit.utf16_start : 2 * hit.utf16_end].decode("utf-16-le", "surrogatepass") == hit.text


@settings(max_examples=300, deadline=None)
@given(PIECES)
def test_masking_twice_finds_nothing_more(text: str) -> None:
    replaced = LEXICON.check(text).replaced
    assert LEXICON.check(replaced).replaced == replaced


@pytest.mark.parametrize(
    ("text", "word", "span"),
    [
        ("你是傻*逼吗", "傻逼", (2, 5)),
        ("😀😀ＦＵＣＫ", "fuck", (2, 6)),
        ("Ⓕⓤc⒦ the bad words", "fuck", (0, 4)),
        ("fffuuuckk you", "fuck", (0, 9)),
        ("臺灣獨立", "台湾独立", (0, 4)),
        ("最最最低低低价", "最低价", (2, 7)),
        ("价格㎏算", "kg", (2, 3)),
        ("大傻逼一个", "傻逼", (1, 3)),
        ("fu*ck you", "fuck", (0, 5)),
        ("学C++的", "c++", (1, 4)),
        ("送💩了", "💩", (1, 2)),
        ("操妳媽", "操你妈", (0, 3)),
        ("找算命先生看看", "算命", (1, 3)),
        ("這是什麼東西", "什么", (2, 4)),
        ("著名的是什么", "什么", (4, 6)),
    ],
)
def test_a_dressed_word_is_found_at_its_place(text: str, word: str, span: tuple[int, int]) -> None:
    assert found(text, word) == [(*span, word)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("产品和服务", "和服"),
        ("地铁口交易", "口交"),
        ("中性交易平台", "性交易"),
        ("class and have", "ass"),
        ("i have a V领", "av"),
        ("订单695号", "69"),
        ("9.9元", "9"),
        ("the pen is red", "penis"),
        ("他妈妈的生日", "他妈的"),
        ("good", "god"),
        ("假一赔100", "假一赔10"),
        ("不是我傻，比较贵", "傻比"),
        ("我真傻，逼自己买了", "傻逼"),
        ("最\n低价", "最低价"),
        ("学c语言", "c++"),
        ("傻1逼", "傻逼"),
        ("我国是发展中国家", "中国"),
        ("女性爱美爱好多，男性爱好少", "性爱"),
        ("时时彩妆盘", "时时彩"),
        ("为什么样子变了", "么样"),
    ],
)
def test_what_only_looks_like_a_word_is_left_alone(text: str, word: str) -> None:
    assert found(text, word) == []


@pytest.mark.parametrize(
    "text",
    [
        "看https://ass.example.com/fuck?x=69",
        "打13869696969",
        "单号SF69696969696969",
        "{{fuck}}您好",
        "邮箱fuck@example.com",
        "pages/fuck/index?id=69",
    ],
)
def test_addresses_numbers_and_variables_are_not_read(text: str) -> None:
    assert found(text, "fuck", "ass", "69") == []


def test_a_listed_address_is_found_all_the_same() -> None:
    assert found("去 https://bad.example.com/x", "bad.example.com") == [(10, 25, "bad.example.com")]


def test_han_right_after_an_address_is_read() -> None:
    assert found("http://a.cn傻逼", "傻逼") == [(11, 13, "傻逼")]


@pytest.mark.parametrize(
    ("option", "text", "word"),
    [
        ("case", "FUCK", "fuck"),
        ("width", "ｆｕｃｋ", "fuck"),
        ("compatibility", "𝐟𝐮𝐜𝐤", "fuck"),
        ("enclosed", "ⓕⓤⓒⓚ", "fuck"),
        ("accents", "fück", "fuck"),
        ("lookalikes", "fuсk", "fuck"),
        ("traditional", "臺灣", "台湾"),
        ("zero_width", "傻\u200b逼", "傻逼"),
        ("combining", "傻\u0336逼", "傻逼"),
        ("noise", "傻*逼", "傻逼"),
        ("repeat", "fuuuck", "fuck"),
        ("digits", "假1赔10", "假一赔十"),
        ("split", "女马的", "妈的"),
    ],
)
def test_each_step_can_be_switched_off(option: str, text: str, word: str) -> None:
    assert found(text, word)
    assert found(text, word, **{option: False}) == []


@pytest.mark.parametrize(
    ("option", "text"), [("homophone", "加威信"), ("pinyin", "加weixin"), ("pinyin", "jia wei xin")]
)
def test_sounds_are_heard_only_when_asked(option: str, text: str) -> None:
    assert found(text, "加微信") == []
    assert found(text, "加微信", **{option: True}) == [(0, len(text), "加微信")]


def test_a_homophone_that_is_a_word_itself_is_no_hit() -> None:
    assert found("很有威信", "微信", homophone=True) == []


def test_the_gap_is_counted_in_visible_symbols() -> None:
    assert found("傻\u200b*\u200b*逼", "傻逼", gap=2)
    assert found("傻***逼", "傻逼", gap=2) == []
    assert found("傻*逼", "傻逼", gap=0) == []


def test_segmentation_off_finds_every_occurrence() -> None:
    assert found("产品和服务", "和服", segmentation=False) == [(2, 4, "和服")]
    assert found("最近", "最", segmentation=False) == [(0, 1, "最")]


def test_overlapping_hits_are_all_told_or_the_leftmost_longest() -> None:
    assert found("全网最低价", "全网最低", "最低价", "最低") == [
        (0, 4, "全网最低"),
        (2, 4, "最低"),
        (2, 5, "最低价"),
    ]
    assert found("全网最低价", "全网最低", "最低价", "最低", overlap=Overlap.LEFTMOST_LONGEST) == [
        (0, 4, "全网最低")
    ]
