"""
WeCom's errcodes that this product meets: what they mean, how to react, and what to tell a person.

Meanings: the official list, https://developer.work.weixin.qq.com/document/path/90313, confirmed 2026-09; reactions
are ours. `errmsg` is for Tencent's support (it holds the hint they ask for) and is never parsed.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Reaction(StrEnum):
    RETRY = "retry"
    """The server was busy: the same call may work in seconds."""
    TOKEN = "token"  # noqa: S105  # nosec B105  (a reaction, not a secret)
    """The access token is dead: fetch a new one and repeat the call once."""
    LATER = "later"
    """A limit, or something not ready yet: the same call may work after `wait`."""
    GIVE_UP = "give_up"
    """The request or its data is wrong and stays wrong."""
    SKIP = "skip"
    """This one customer, member or tag cannot be served; the next may."""
    ALERT = "alert"
    """An administrator must change something in WeCom's console."""


@dataclass(frozen=True, slots=True)
class Errcode:
    reaction: Reaction
    sentence: str
    wait: timedelta | None = None


BAD_SECRET = 40001
BUSY = -1
DEAD_TOKEN = frozenset({40014, 42001})
"""Never 40001: it means a wrong secret, and repeating it gets the calling address banned for an hour."""
MAY_LAST = DEAD_TOKEN | {BUSY, 6000}
"""Usually over in seconds. Where one of them stays, somebody has to look: they are not waited for endlessly."""
WRONG_CREDENTIALS = frozenset({40001, 40013, 40091})
SET_UP = WRONG_CREDENTIALS | {40056, 48001, 48002, 48004, 48006, 50003, 60020, 301002}
"""Nothing is wrong with the request: the app itself is set up wrongly, until an administrator sets it right."""
INVALID_MEDIA = 40007
TAG_EXISTS = 40071
NO_SUCH_CONTACT_WAY = 41044
NOBODY_TO_SEND_TO = 41048
WELCOME_CODE_INVALID = 41050
CHAT_ALREADY_STARTED = 41051
"""The welcome code was used by another app, or the chat has begun: done, no retry."""
STILL_DISPATCHING = 41063
RULE_DELETED = 41071
MASS_MESSAGE_CANCELLED = 41093
OTHER_APP_IS_WELCOMING = 41096
TOO_OFTEN = 45009
TOO_MANY_AT_ONCE = 45033
SAME_PAIR_AT_ONCE = 45035
NO_SUCH_MEMBER = frozenset({40003, 46004, 60111, 60021})
ALL_RECIPIENTS_INVALID = 81013
NOT_EXTERNAL_CONTACT = 84061
"""No such relation. A list of a member's customers says this when there are none."""
ROBOT_GONE = frozenset({93000, 93004, 93008})

_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

_RETRY = {
    -1: ("企业微信系统繁忙，请稍后再试。", 5 * _S),
    6000: ("企业微信里有人同时在改这条数据，请稍后再试。", 2 * _S),
    41096: ("另一个应用正在发送欢迎语，请稍后再试。", 2 * _S),
    45033: ("同时调用企业微信的请求太多，请稍后再试。", 2 * _S),
    45035: ("同一位客户的标签正在被修改，请稍后再试。", 2 * _S),
}
_LATER = {
    41063: ("企业微信还在下发这条群发，请几分钟后再看结果。", 2 * _M),
    41078: ("正在发表的朋友圈任务太多，请稍后再试。", 10 * _M),
    41094: ("提醒次数已用完：每条群发 24 小时内最多提醒 3 次。", 24 * _H),
    45009: ("调用企业微信的次数超过了频率限制，请稍后再试。", _M),
    45011: ("调用企业微信的次数超过了频率限制，请稍后再试。", _M),
}
_TOKEN = {
    40014: "企业微信的访问凭证失效，正在重新获取，请稍后再试。",
    42001: "企业微信的访问凭证过期，正在重新获取，请稍后再试。",
}
_ALERT = {
    40001: "应用的 Secret 不正确，请管理员核对 WECOM_AGENT_SECRET。",
    40013: "企业 ID 不正确，请管理员核对 WECOM_CORP_ID。",
    40056: "应用的 AgentId 不正确，请管理员核对 WECOM_AGENT_ID。",
    40091: "Secret 属于另一家企业，请管理员核对 WECOM_CORP_ID 和 WECOM_AGENT_SECRET。",
    40098: "该成员还没有完成实名认证，请先在企业微信里认证。",
    40099: "该成员的客户数已到上限，请管理员在企业微信后台提升额度。",
    40126: "企业标签数量已到上限，请先删除不用的标签。",
    41045: "「联系我」数量已到上限，请先删除不用的。",
    41054: "该成员还没有激活或实名，请先在企业微信里完成。",
    41057: "企业没有绑定微信开发者账号，请管理员在企业微信后台绑定。",
    42012: "JS-SDK 的票据不属于这个应用，请联系管理员。",
    43009: "企业主体还没有认证，请管理员先完成认证。",
    43012: "应用还没有设置「接收消息」地址，请管理员在企业微信后台设置。",
    48001: "应用没有这个接口的权限，请管理员在企业微信后台授权。",
    48002: "应用不能调用这个接口，请管理员把它加到「客户联系 → 可调用接口的应用」。",
    48004: "企业微信收回了这个接口的权限，请管理员在后台重新授权。",
    48005: "企业微信已停用这个接口，请升级本系统。",
    48006: "接口长期未使用被企业微信收回，请管理员在后台重新授权。",
    48007: "应用没有这个客服账号的权限，请管理员在企业微信后台授权。",
    48009: "通讯录同步助手不能从这个地址读取，请改用应用的 Secret。",
    50001: "登录地址不在可信域名内，请管理员在企业微信后台设置可信域名。",
    50003: "应用已被停用，请管理员在企业微信后台启用。",
    60011: "应用没有这个成员、部门或标签的权限，请管理员调整应用可见范围。",
    60020: "本服务器的地址不在「企业可信 IP」里，请管理员在企业微信后台添加，约一分钟后生效。",
    80001: "可信域名不正确或没有备案，请管理员检查应用的可信域名。",
    84074: "该成员没有客户联系权限，请管理员在企业微信后台开通。",
    92001: "应用没有读取敏感信息的权限，请管理员在企业微信后台授权。",
    92002: "不能跨企业调用，请管理员核对配置。",
    92003: "不能跨应用调用，请管理员核对配置。",
    93000: "群机器人地址不正确，或机器人已被移除。",
    93004: "群机器人已被停用。",
    93008: "群机器人不在这个群里。",
    301002: "AgentId 和 Secret 不属于同一个应用，请管理员核对配置。",
    845003: "微信开发者账号的主体与企业不一致，请管理员核对。",
}
_SKIP = {
    40003: "企业微信里没有这个成员，可能已离职。",
    40031: "有成员不存在，或不在应用可见范围内。",
    40050: "没有找到这个群聊。",
    40068: "标签已不存在，请先同步标签。",
    40096: "客户编号不正确，或跟进人不在应用可见范围内。",
    40100: "这位客户正在转接中。",
    40128: "这位客户 90 天内已转接两次，不能再转接。",
    40129: "这位客户正在转接中。",
    40130: "转接前后不能是同一位成员。",
    40131: "该成员没有跟进这位客户。",
    41048: "没有可以发送的客户。",
    41053: "客户没有同意存档聊天内容，不能发送。",
    43004: "该成员没有绑定微信。",
    46004: "企业微信里没有这个成员，可能已离职。",
    50002: "该成员不在应用可见范围内。",
    60021: "该成员不在应用可见范围内。",
    60111: "企业微信里没有这个成员，可能已离职。",
    60123: "企业微信里没有这个部门。",
    84061: "客户与该成员已经不是好友关系。",
    84083: "该成员没有开通客户联系。",
    84084: "该成员没有跟进这位客户。",
    90501: "这不是客户群。",
    90509: "这不是客户群。",
    301021: "成员编号不正确。",
    610004: "这不是本企业的客户。",
    610014: "微信用户编号不正确。",
}
_GIVE_UP = {
    40004: "不支持这种素材类型。",
    40006: "素材太大或太小。",
    40007: "素材已过期或不可用，请重新上传。",
    40009: "图片大小不符合要求。",
    40029: "登录凭证无效，请重新进入。",
    40032: "一次选择的成员太多。",
    40035: "请求参数不正确。",
    40058: "内容太长，或格式不符合企业微信的要求。",
    40063: "缺少必填内容。",
    40066: "部门不正确。",
    40070: "标签范围不正确。",
    40071: "已经有同名的标签。",
    40093: "JS-SDK 签名不正确，请刷新页面。",
    40097: "该成员还没有离职，不能做离职继承。",
    40123: "图片格式不正确，请用 JPG 或 PNG。",
    40201: "内容被企业微信判定为违规，请修改后再发。",
    41001: "请求没有带访问凭证，请联系管理员。",
    41035: "缺少客户编号。",
    41041: "一个「联系我」最多 100 位成员。",
    41046: "缺少群发编号。",
    41047: "群发编号不正确。",
    41049: "缺少欢迎语凭证。",
    41050: "欢迎语凭证无效或已过 20 秒。",
    41051: "客户已开始聊天或已收到欢迎语，不再发送。",
    41055: "入群欢迎语数量已到上限（100 条）。",
    41064: "附件太多：最多 9 个。",
    41065: "不支持这种附件。",
    41068: "一条敏感词规则最多 300 个词。",
    41069: "企业微信里最多 100 条敏感词规则。",
    41070: "敏感词规则编号不正确。",
    41071: "敏感词规则已被删除。",
    41072: "素材的上传用途不对，请重新上传。",
    41076: "敏感词规则的适用范围太大。",
    41077: "敏感词规则名称不正确或重复（1 到 20 字）。",
    41083: "敏感词不正确：每个词 1 到 32 字。",
    41084: "敏感词规则的额外拦截项不正确。",
    41093: "这条群发已被取消。",
    42003: "登录已超时，请重新进入。",
    42022: "登录凭证已用过，请重新进入。",
    44001: "素材是空的。",
    44004: "内容是空的。",
    45001: "素材太大。",
    45002: "内容太长。",
    45007: "语音太长：最多 60 秒。",
    45008: "图文太多：最多 8 条。",
    45029: "结果太大，请缩小范围。",
    81013: "没有一位接收人有效。",
    81017: "范围太大，请按群主筛选。",
    82001: "没有指定接收人。",
    82002: "接收部门太多：最多 100 个。",
    82003: "接收标签太多：最多 100 个。",
    84014: "登录已超时，请重新进入。",
    84015: "登录凭证无效，请重新进入。",
}
_CONTACT_WAY = dict.fromkeys((*range(41037, 41041), *range(41042, 41045)), "「联系我」的参数不正确。")

ERRCODES: dict[int, Errcode] = {
    **{code: Errcode(Reaction.RETRY, sentence, wait) for code, (sentence, wait) in _RETRY.items()},
    **{code: Errcode(Reaction.LATER, sentence, wait) for code, (sentence, wait) in _LATER.items()},
    **{code: Errcode(Reaction.TOKEN, sentence, 10 * _S) for code, sentence in _TOKEN.items()},
    **{code: Errcode(Reaction.ALERT, sentence) for code, sentence in _ALERT.items()},
    **{code: Errcode(Reaction.SKIP, sentence) for code, sentence in _SKIP.items()},
    **{code: Errcode(Reaction.GIVE_UP, sentence) for code, sentence in (_GIVE_UP | _CONTACT_WAY).items()},
}


def errcode(code: int) -> Errcode:
    """An unknown code is given up and shown to an administrator with its number."""
    return ERRCODES.get(code) or Errcode(
        Reaction.ALERT, f"企业微信拒绝了请求（错误码 {code}），请把错误码告诉管理员。"
    )
