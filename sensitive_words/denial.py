"""Whether the sentence around a find denies it, asks about it, or only speaks of the word."""

import re

from sensitive_words.glyphs import TABLES

REACH = 5
"""Kept characters between a negation and the word."""
LOOK = 24
"""Kept characters after a word that are read for what denies it."""

NEGATIONS = frozenset((TABLES / "negations.txt").read_text(encoding="utf-8").split())

_BREAK = re.compile(r"(?<=[^\x00-\x7f])[ \u3000\t]+(?=[^\x00-\x7f])")
_KIND_OF_WORD = (
    "(?:极限|敏感|违禁|违规|绝对化|夸大)?(?:词|字眼|字样|说法|写法|叫法|用语|表述|话术|提法|成语|缩写|口号)"
)
_WORD_ITSELF = re.compile(
    rf"(?:等|之类|一类)?(?:的|这|那|此|这种|这类|这些|这样|这个|这几个|那种|那类|那些|此类)?(?:的)?{_KIND_OF_WORD}"
    r"|(?:等|之类|一类)?(?:这种|这类|这样的|那种|此类)话"
)
_ONE_OF_THEM = re.compile(rf".{{0,16}}?(?:这类|这些|此类|这几个|等|之类的?)(?:的)?{_KIND_OF_WORD}")
_QUOTED = re.compile(r"[“\"「‘'][^“”\"「」\n]{1,12}[”\"」’'](?:[、和或/ ]|以及)?[“\"「‘']$")
_NEXT_QUOTED = re.compile(r"[”\"」’'](?:[、和或/ ]|以及)?[“\"「‘'][^“”\"「」\n]{1,12}[”\"」’']")
_OPENING, _CLOSING = tuple("“「‘\"'"), tuple("”」’\"'")
_LISTED_AS = re.compile(r"(?:敏感|违禁|禁用|极限|违规)(?:词|用语)[^。！？!?\n]{0,20}$")
_DENIED = re.compile(
    "我们(?:家|店|柜台|这|这里)?(?:从来|从|一律|都|绝|可|是|真)?不(?:卖|做|收|进|碰|接|搞|提供|支持|允许|加|用|写|说|敢|懂)"
    "|一律不|从来?不|坚决(?:不|抵制)|绝不|概不"
    "|不(?:卖|做|收|接|碰|敢说|敢保证|可信|能信|能说|能写|能用|能发|会进|会有|会卖|会上|要信|要写|要说|要发|合规|合法|规范|存在)"
    "|别(?:信|写|说|发|用|买|上当)|(?:是|属于|属|都是)(?:违法|违规|犯法|犯罪|诈骗|骗局|骗人|被禁|不允许|不对)|违法|犯法"
    "|(?<!不)(?:会|要|可能)被(?:罚|查|封)|不(?:被)?允许|被禁止|严禁|禁止|举报|退回|下架|销毁|召回"
    "|有害|请勿|抵制|并不|是不(?:可能|存在|对|好)的"
    "|请(?:不要|别)(?!错过|犹豫|担心|怀疑|再|忘)|这(?:种|类|样)[^，。]{0,3}(?:不要|别|不能|不可|不行|不许)"
)
_FORBIDDEN = re.compile(
    "不要|别(?!的|家|人|忘|急|错)|勿|不用|不能|不得|不可|不会|不许|不必|无需|不返|不送|切忌|禁止|从不|谁也不"
)
_ASKED = re.compile(".{0,4}[吗么嘛]$")
_OFFERED = re.compile("要|需要|想|可以|能不能|帮|给[您你]|好[吗么嘛]|行[吗么嘛]|考虑|知道|听说|了解")


def denied(before: list[str], after: str) -> str | None:
    """
    :param before: the words of the clause up to the find, the last ones first, as far as they reach
    :param after: what is read after it in its clause
    :return: what says so
    """
    reach = 0
    for place, word in enumerate(before):
        if reach > REACH:
            break
        for size in (3, 2, 1):
            said = "".join(reversed(before[place : place + size]))
            if said in NEGATIONS:
                return f"前面有“{said}”，是否定的说法"
        reach += len(word)
    found = _DENIED.search(after[: LOOK // 2]) if after else None
    if found:
        return f"后面有“{found.group()}”，是否定的说法"
    return None


def forbidden(before: str, passage: str) -> str | None:
    """
    :param before: what is read before a passage in its clause
    :param passage: what a rule found, several words with others between
    """
    found = _FORBIDDEN.search(passage) or _FORBIDDEN.search(before)
    return f"有“{found.group()}”，是劝阻的说法" if found else None


def asked(word: str, before: list[str], after: str) -> str | None:
    """
    A claim that is asked about is not made; an offer in the form of a question is an offer.

    :param before: the words of the clause up to the find, the last ones first
    """
    if not after:
        return None
    if after.startswith("不" + word[-1]):
        return "是在问，不是在宣传"
    found = _ASKED.fullmatch(after)
    if found and not after.startswith("有") and not _OFFERED.search("".join(reversed(before)) + after):
        return "是在问，不是在宣传"
    return None


def mentioned(before: str, following: str, after: str) -> str | None:
    """
    :param before: what stands before it in the text
    :param following: what stands after it in the text
    :param after: what is read after it up to the next comma
    """
    listed = following[:2].lstrip("”’」』\"'").startswith("、")
    found = (_ONE_OF_THEM if listed else _WORD_ITSELF).match(after)
    if found:
        return f"后面是“{found.group()}”，说的是这个词本身"
    found = _LISTED_AS.search(before)
    if found:
        return f"前面有“{found.group()[:4]}”，说的是这个词本身"
    quoted = before[-1:] in _OPENING and following[:1] in _CLOSING
    if quoted and (_QUOTED.search(before) or _NEXT_QUOTED.match(following)):
        return "加引号列举，说的是这个词本身"
    return None


def last_break(clause: str) -> int:
    """Where the last part of a clause begins that people have set apart by a space."""
    ends = [found.end() for found in _BREAK.finditer(clause)]
    return ends[-1] if ends else 0
