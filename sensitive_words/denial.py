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
    "(?P<bad>极限|敏感|违禁|违规|绝对化|夸大)?(?:词|字眼|字样|说法|写法|叫法|用语|表述|话术|提法|成语|缩写|口号)"
)
_JUDGED = re.compile(
    "(?:不(?:能|可以?|要|让|许|准|得|宜|该|应该?|会)?|别|勿|禁止?|避免|谨?慎|少)(?:再|乱|随便|随意|直接|擅自|在[^，。]{1,8}里?)?"
    "(?:写|说|使?用|发|出现|讲|提(?!前)|打上|碰|宣传|承诺|合规|允许|规范|合适|妥|算)"
    "|没有?$|(?:没有?|无)(?:人|谁)?(?:用|说|写|提)?过?$|不(?:可以|行|准|许|合法|存在)|违(?:规|法|禁|反)|禁用|敏感|会被|被(?:罚|查|封|退|驳)|驳回|下架|限流"
    "|(?:改|换|替换)(?:成|为|掉|一个|个)|删掉|删除|去掉|什么意思|是指|指的是|意思是|怎么[写读念说]|来自|源于|出自|难听|不好听|骂人|脏话|不文明|不礼貌|不尊重|不雅|粗俗|伤人|太重|过分|侮辱|歧视|冒犯"
    "|谣言|误导|误会|误解|没有?(?:任何)?(?:依据|根据|道理)|不科学|不靠谱|不可信|骗人|忽悠|(?:是|属于)(?:假|错)的|夸大|夸张|不实|(?:能|可以)(?:不能)?[写说用发]吗"
)
"""What is said of a word that is spoken of: that it may not be used, what for, or what it means."""
_CALLED_A_WORD = re.compile("(?:词|字眼|字样|缩写|成语)$")
_SENTENCE_END = re.compile("[。！？!?；;\\n]")
_CLAUSE = re.compile("[，。！？!?；;,\\n]")
_WORD_ITSELF = re.compile(
    rf"(?P<such>等|之类|一类)?(?:的|(?P<this>这种|这类|这些|这样|这个|这几个|那种|那类|那些|此类|这|那|此))?(?:的)?{_KIND_OF_WORD}"
    r"|(?:等|之类|一类)?(?P<these>这种|这类|这样的|那种|此类)话"
)
_ONE_OF_THEM = re.compile(rf".{{0,16}}?(?:这类|这些|此类|这几个|等|之类的?)(?:的)?{_KIND_OF_WORD}")
_QUOTED = re.compile(r"[“\"「‘'][^“”\"「」\n]{1,12}[”\"」’'](?:[、和或/ ]|以及)?[“\"「‘']$")
_NEXT_QUOTED = re.compile(r"[”\"」’'](?:[、和或/ ]|以及)?[“\"「‘'][^“”\"「」\n]{1,12}[”\"」’']")
_OPENING, _CLOSING = tuple("“「‘\"'"), tuple("”」’\"'")
_LISTED_AS = re.compile(
    '(?:敏感|违禁|禁用|极限|违规)(?:词|用语)(?:表|库|清单)?(?:里|中|[，,]?(?:包括|包含|比如|例如|如|像|就是|有|是)|[：:“"「、]|——)'
    r"[^。！？!?\n]{0,20}$"
)
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
    if found and _is_judged(found, before, following, after):
        return f"后面是“{found.group()}”，说的是这个词本身"
    found = _LISTED_AS.search(before)
    if found:
        return f"前面有“{found.group()[:4]}”，说的是这个词本身"
    quoted = before[-1:] in _OPENING and following[:1] in _CLOSING
    if quoted and (_QUOTED.search(before) or _NEXT_QUOTED.match(following)):
        sentence = _SENTENCE_END.split(before)[-1] + _SENTENCE_END.split(following, maxsplit=1)[0]
        if _JUDGED.search(sentence):
            return "加引号列举，说的是这个词本身"
    return None


def _is_judged(found: re.Match[str], before: str, following: str, after: str) -> bool:
    """
    Whether a word that is called a word is spoken of, not said: 全网最低价的话术 may well be sent to a customer,
    “这种说法不合规” is no claim. Past a comma only what points at the word counts.
    """
    named = found.groupdict()
    points = found.re is _ONE_OF_THEM or any(map(named.get, ("such", "this", "these")))
    if named["bad"] or (points and _CALLED_A_WORD.search(found.group())):
        return True
    rest = after[found.end() :]
    if _JUDGED.search(rest) or _JUDGED.search(_CLAUSE.split(before)[-1]):
        return True
    return points and _JUDGED.search(_SENTENCE_END.split(following, maxsplit=1)[0]) is not None


def last_break(clause: str) -> int:
    """Where the last part of a clause begins that people have set apart by a space."""
    ends = [found.end() for found in _BREAK.finditer(clause)]
    return ends[-1] if ends else 0
