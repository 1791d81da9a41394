"""How the lines of a customer's timeline read. Pure: no session, no clock."""

from collections.abc import Mapping
from typing import Any

ADD_WAYS = {
    0: "未知来源",
    1: "扫描二维码",
    2: "搜索手机号",
    3: "名片分享",
    4: "群聊",
    5: "手机通讯录",
    6: "微信联系人",
    8: "安装第三方应用时自动添加",
    9: "搜索邮箱",
    10: "视频号",
    11: "日程参与人",
    12: "会议参与人",
    13: "微信好友对应的企业微信",
    14: "智慧硬件",
    15: "上门服务",
    16: "获客链接",
    17: "定制开发",
    18: "需求回复",
    21: "第三方售前客服",
    22: "可能的商务伙伴",
    24: "接受微信好友申请",
    201: "同事共享",
    202: "管理员分配",
}
"""https://developer.work.weixin.qq.com/document/path/92114, confirmed 2026-09."""

TITLES = {
    "added": "添加了好友",
    "removed_by_member": "删除了这位客户",
    "removed_by_customer": "客户删除了好友",
    "removed_by_transfer": "客户已转给别人，好友关系自动解除",
    "removed_by_sync": "同步时发现好友关系已不在",
    "remark_edited": "改了备注信息",
    "tags_changed": "改了标签",
    "welcome_sent": "发出了欢迎语",
    "welcome_missed": "欢迎语没有发出",
    "message_handed": "把话术交给了企业微信",
    "message_cancelled": "取消了发送",
    "message_refused": "企业微信拒绝了发送",
    "message_unknown": "发送结果未知",
    "mass_message": "群发",
}
FIELDS = {"remark": "备注", "description": "描述", "phones": "电话"}


def add_way_name(add_way: int) -> str:
    return ADD_WAYS.get(add_way, "其他来源")


def title_of(kind: str, details: Mapping[str, Any]) -> str:
    """`details["title"]` wins: who records an event may name it more exactly."""
    return str(details.get("title") or TITLES.get(kind, "互动"))


def detail_of(kind: str, details: Mapping[str, Any]) -> str:
    """One line under the title; empty when the title says it all."""
    if details.get("detail"):
        return str(details["detail"])
    if kind == "added":
        return add_way_name(int(details.get("add_way", 0)))
    if kind == "remark_edited":
        return "、".join(FIELDS.get(field, field) for field in details.get("fields", ()))
    if kind == "tags_changed":
        added = [f"+「{name}」" for name in details.get("added", ())]
        removed = [f"−「{name}」" for name in details.get("removed", ())]
        return " ".join(added + removed)
    return ""
