"""
Advice on a script's wording, for the person who writes it. Knows retail chat, not word lists: forbidden words
are the filter's business.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from .model import Script
from .template import template_problems

Severity = Literal["error", "warning", "hint"]

MAX_PART_BYTES = 4000
COMFORTABLE_LENGTH = 200
"""Characters that fit a phone screen without scrolling."""
LEAST_BESIDE_DISCOUNT = 8
"""Characters a promotion has to say besides its discount."""

_VARIABLE = r"\{[^{}\n]*\}"
_AFTER_PURCHASE = re.compile(r"购买|下单|选购|惠顾|光顾|付款|支持|信任|选择")
_THANKS = re.compile(
    r"^(?:[^，。！？!?\n]{0,12}[，,！!~～\s])?(?P<thanks>(?:非常|十分|真诚|衷心)?(?:感谢|谢谢))(?P<rest>[^。！？!?\n]*)"
)
_PLAIN_ADDRESS = re.compile(r"^(?:亲爱的|亲(?!肤|子|手|身|自|和)|宝贝|顾客您好|客户您好)")
_NAMES = re.compile(r"\{(?:称呼|姓氏|昵称)\}")

_PAID_REVIEW = re.compile(
    r"(?:好评|五星|5\s*星|晒图|晒单|带图评价|评价截图)[^。！？!?\n]{0,16}?"
    r"(?:返现|返\s*\d|返还|红包|现金|得券|优惠券|送|赠|领|奖励|抵扣|\d+\s*元)"
    r"|(?:返现|返\s*\d|红包|送|赠|领|奖励|\d+\s*元)[^。！？!?\n]{0,12}?(?:好评|五星评|5\s*星评|五星好评|晒图|晒单)"
)
_REFUSING = re.compile(r"(?:不|没有|无需|不用|拒绝|禁止|不得|别)[^，。！？!?\n]{0,6}$")

_DISCOUNT = re.compile(
    r"\d+(?:\.\d+)?\s*折|[一二三四五六七八九]折|满\s*\d+\s*(?:元)?\s*(?:减|送|返)\s*\d*\s*元?|[立直]减\s*\d*\s*元?"
    r"|\d+\s*元(?:优惠券|代金券|券)|半价|买[一二三\d]送[一二三\d]|第二件\S{0,3}折|特价|包邮|折扣|打折|优惠券?"
)
_BOILERPLATE = re.compile(
    r"全场|全店|活动|今[天日晚]|明[天日]|本周|周末|限时|仅限|仅此|最后|\d+[天日点时分号月年]|快来|速来|抢购|下单|抢|购买|赶紧|马上|立即"
    r"|亲爱的|亲|您好|你好|哦|啦|呀|哈|吧|新品|促销|大促|开始|进行中|来袭|享|可|都|就|了|的|元|起"
)

_ASKS = {
    "回复": re.compile(r"(?:直接|可以|请|麻烦|就)?(?:回复|回我|告诉我|发我|发给我|跟我说|和我说|留言)"),
    "点链接": re.compile(r"点击|点开|点一下链接|戳链接|戳这里|点这里|打开链接|点下方"),
    "下单付款": re.compile(
        r"(?:请|可以|直接|尽快|赶紧|马上|立即|记得|抓紧|快)[^，。！？!?\n]{0,4}(?:下单|拍下|付款|支付|抢购|购买)"
    ),
    "到店": re.compile(r"(?:欢迎|邀请|请|记得|快|来|可以)[^，。！？!?\n]{0,6}(?:到店|来店|进店|来逛|来试)"),
    "扫码": re.compile(r"扫码|扫一扫|扫描二维码"),
    "转发": re.compile(r"(?:请|帮忙|记得|快|欢迎)[^，。！？!?\n]{0,4}(?:转发|分享)|集赞"),
    "进群": re.compile(r"加群|入群|进群"),
    "关注": re.compile(r"关注(?:公众号|我们|视频号|小程序)"),
}
_LEFT_OVER = re.compile(
    r"〔[^〕\n]{1,20}〕|【(?:姓名|称呼|名字|昵称|款式|尺码|日期|时间|门店|活动|链接|单号)】|#[^#\s]{1,8}(?:名字|昵称|姓名|单号|名称)#"
    r"|｛[^｛｝\n]{0,30}｝|_{3,}|(?<![A-Za-zＸ])[xXＸ×]{2,}(?![A-Za-zＸ])|\$\{[^}\n]*\}|%[A-Z]{3,}%"
)


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Severity
    part: int
    """Which part, from 0."""
    start: int
    end: int
    """Offsets in the part's text, in code points, variables still unrendered."""
    message: str
    suggestion: str


def lint(script: Script) -> tuple[Finding, ...]:
    """In reading order. No finding forbids sending; an error is something that ought to."""
    found = [finding for rule in _RULES for finding in rule(script)]
    return tuple(sorted(found, key=lambda finding: (finding.part, finding.start)))


def _thanks_opening(script: Script) -> Iterator[Finding]:
    """A buyer made a good choice: be glad for them, as the retail care standard asks."""
    match = _THANKS.search(script.parts[0].text)
    if match and ("purchased" in script.situations or _AFTER_PURCHASE.search(match["rest"])):
        yield Finding(
            "thanks_opening", "warning", 0, *match.span("thanks"),
            "购买后的第一句用了「感谢」，客户听到的是一笔买卖。",
            "改成「恭喜」，为她选到合适的衣服高兴，如「恭喜{称呼}选到这件……」",
        )  # fmt: skip


def _no_name(script: Script) -> Iterator[Finding]:
    match = _PLAIN_ADDRESS.search(script.parts[0].text)
    if match and not _NAMES.search(script.text):
        yield Finding(
            "no_name", "hint", 0, *match.span(),
            f"「{match[0]}」对谁都一样，像群发。", "用 {称呼} 或 {姓氏} 叫出客户，如「{称呼}您好」",
        )  # fmt: skip


def _several_asks(script: Script) -> Iterator[Finding]:
    asks = [
        (number, match.start(), match.end(), kind)
        for number, part in enumerate(script.parts)
        for kind, pattern in _ASKS.items()
        for match in [pattern.search(part.text)]
        if match
    ]
    asks.sort()
    kinds = list(dict.fromkeys(kind for *_, kind in asks))
    if len(kinds) > 1:
        number, start, end, _ = next(ask for ask in asks if ask[3] == kinds[1])
        yield Finding(
            "several_asks", "hint", number, start, end,
            f"一条话术里请客户做 {len(kinds)} 件事：{'、'.join(kinds)}，客户容易哪件都不做。",
            f"只留一件，比如先请客户{kinds[0]}，其余放到下一条",
        )  # fmt: skip


def _only_discount(script: Script) -> Iterator[Finding]:
    for number, part in enumerate(script.parts):
        first = _DISCOUNT.search(part.text)
        if not first:
            continue
        rest = re.sub(_VARIABLE, "", part.text)
        rest = re.sub(r"\W|\d", "", _BOILERPLATE.sub("", _DISCOUNT.sub("", rest)))
        if len(rest) < LEAST_BESIDE_DISCOUNT:
            yield Finding(
                "only_discount", "warning", number, *first.span(),
                "除了折扣没有别的内容，客户只记得便宜。",
                "加上热闹或用得着的理由：谁在穿、配什么、店里有什么好玩的",
            )  # fmt: skip


def _paid_review(script: Script) -> Iterator[Finding]:
    for number, part in enumerate(script.parts):
        for match in _PAID_REVIEW.finditer(part.text):
            if _REFUSING.search(part.text[: match.start()]):
                continue
            yield Finding(
                "paid_review", "error", number, *match.span(),
                "用钱或礼物换好评，违反平台规则和《反不正当竞争法》。",
                "删掉好处，只请客户说说真实感受，如「穿了有什么感觉，方便时跟我说说」",
            )  # fmt: skip


def _too_long(script: Script) -> Iterator[Finding]:
    for number, part in enumerate(script.parts):
        size = len(part.text.encode("utf-8", "replace"))
        if size > MAX_PART_BYTES:
            yield Finding(
                "over_limit", "error", number, 0, len(part.text),
                f"企业微信一条文字最多 {MAX_PART_BYTES} 字节，这段有 {size} 字节，发不出去。", "分成几段",
            )  # fmt: skip
        elif len(part.text) > COMFORTABLE_LENGTH:
            yield Finding(
                "long", "hint", number, COMFORTABLE_LENGTH, len(part.text),
                f"这段有 {len(part.text)} 个字，手机上要滑动才能看完。",
                f"压到 {COMFORTABLE_LENGTH} 字以内，或分成两段",
            )  # fmt: skip


def _unfilled(script: Script) -> Iterator[Finding]:
    for number, part in enumerate(script.parts):
        for problem in template_problems(part.text):
            yield Finding(
                problem.code, "error", number, problem.start, problem.end,
                problem.message + "。", "改成变量表里的名字，或写成 {名称:填写}",
            )  # fmt: skip
        for match in _LEFT_OVER.finditer(part.text):
            yield Finding(
                "unfilled", "error", number, *match.span(),
                f"「{match[0]}」像是没填的空，会原样发给客户。", "写成变量，如 {称呼} 或 {款式:填写}",
            )  # fmt: skip


_RULES: tuple[Callable[[Script], Iterator[Finding]], ...] = (
    _thanks_opening,
    _no_name,
    _several_asks,
    _only_discount,
    _paid_review,
    _too_long,
    _unfilled,
)
