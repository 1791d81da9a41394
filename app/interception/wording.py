"""The Chinese words for what a plan leaves out, does and finds."""

from app.interception.fitting import Reason
from app.wecom.calls.intercept_rules import E_MAIL, MOBILE, RED_PACKET, WARN, WARN_AND_BLOCK
from sensitive_words import CATEGORIES

MARK = "导购台·"
"""What the names of all our rules begin with."""

KINDS = {WARN_AND_BLOCK: "警告并拦截", WARN: "仅警告"}
SEMANTICS = {MOBILE: "手机号", E_MAIL: "邮箱地址", RED_PACKET: "红包"}

REASONS = {
    Reason.EXCEPTIONS: "有例外说法",
    Reason.NEAR: "要看旁边的词",
    Reason.NEGATION: "否定时不算",
    Reason.BOUNDARY: "要看前后是不是一个词",
    Reason.PATTERN: "是规则，不是词",
    Reason.RECORD_ONLY: "只记录",
    Reason.CHANNEL: "不管聊天",
    Reason.WHO: "只对部分角色",
    Reason.STORE_GONE: "门店已不存在",
    Reason.TOO_LONG: "超过 32 个字",
    Reason.REFUSED: "企业微信不接受",
    Reason.NO_ROOM: "放不下了",
    Reason.NO_CARRIER: "没有规则可以搭配",
}
WHY = {
    Reason.EXCEPTIONS: "企业微信不懂例外，放进去会误拦这些正常的话。",
    Reason.NEAR: "旁边有另一个词才算；企业微信只看词本身，会误拦。",
    Reason.NEGATION: "「不是…」「没有…」这样的否定句不算；企业微信看不出来，会误拦。",
    Reason.BOUNDARY: "这几个字常常只是别的词的一部分；企业微信不看词的边界，会误拦。",
    Reason.PATTERN: "企业微信的规则里只能写词，写不了这种规则。",
    Reason.RECORD_ONLY: "只留记录、不提醒的词，企业微信没有这种做法。",
    Reason.CHANNEL: "这个词只管群发等渠道，企业微信的规则管的是成员聊天。",
    Reason.WHO: "企业微信的规则只能按部门和成员设，不能按角色。",
    Reason.STORE_GONE: "词条只对这些门店生效，而它们在企业微信里已经没有了。",
    Reason.TOO_LONG: "企业微信里一个词最长 32 个字。",
    Reason.REFUSED: "企业微信拒绝了这个词；同一条规则里的其他词不受影响。",
    Reason.NO_ROOM: "企业微信最多 100 条规则、每条 300 个词，更要紧的词已占满。",
    Reason.NO_CARRIER: "手机号这样的类别要搭在一条有词的规则上，这个范围里没有词。",
}


def category_name(category: str) -> str:
    return CATEGORIES.get(category, category)


def rule_name(category: str, kind: int, number: int) -> str:
    """At most 20 characters, and no two the same."""
    act = "拦" if kind == WARN_AND_BLOCK else "警"
    return f"{MARK}{category_name(category)[:6]}·{act}{number}"[:20]
