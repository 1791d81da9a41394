"""What is not known about WeCom, or differs between corps, as switches with the value thought most likely."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


def _switch(value: Any, about: str) -> Any:
    return field(default=value, metadata={"about": about})


@dataclass
class Switches:
    welcome_code: bool = _switch(True, "添加客户的回调是否带 WelcomeCode（后台已设欢迎语时企业微信不带）")
    other_app_sends_welcome: bool = _switch(False, "另一个应用正在发送欢迎语：send_welcome_msg 返回 41096")
    dispatch_seconds: float = _switch(2.0, "群发任务创建后多少秒内查询返回 41063")
    last_chat_rule_with_sender: bool = _switch(False, "群发指定了 sender 时，也只发给最近与该成员聊天的客户")
    queries_after_cancel_41093: bool = _switch(False, "群发停止后，查询接口也返回 41093")
    mass_list_create_time_is_text: bool = _switch(False, "get_groupmsg_list_v2 的 create_time 是字符串")
    group_detail_lag_calls: int = _switch(0, "群成员变动后，groupchat/get 还会返回几次旧数据")
    mass_message_cap: str = _switch("month", "客户接收群发的上限：month 每月天数次、week 每周 7 次、day 每天 1 次")
    member_without_customers_is_84061: bool = _switch(True, "没有客户的成员，externalcontact/list 返回 84061")
    user_list_id_needs_sync_secret: bool = _switch(True, "user/list_id 只接受通讯录同步的 secret")
    contacts_created_after_2022: bool = _switch(True, "应用建于 2022-06-20 之后：通讯录接口不返回手机号、头像等")
    contact_changes_reach_the_app: bool = _switch(True, "通讯录变更（change_contact）也回调给自建应用")
    only_own_tags: bool = _switch(False, "应用只能修改自己创建的企业标签（81011）")
    corp_tag_limit: int = _switch(10000, "企业标签总数上限（资料有 10000 与 3000 两说）")
    unionid_bound: bool = _switch(False, "企业已绑定微信开放平台，客户资料带 unionid")
    max_concurrent_calls: int = _switch(100, "同一接口的并发上限，超过返回 45033；0 为不限")
    bad_secrets_before_ban: int = _switch(10, "连续多少次错误 secret 后封禁来源 IP 一小时")
    trusted_ips: str = _switch("", "企业可信 IP，逗号分隔；空为不检查（60020）")
    sidebar_intercept: str = _switch("off", "聊天敏感词对侧边栏发送：off 不管、block 拦截、cancel 取消")
    intercept_checks_api_texts: bool = _switch(False, "聊天敏感词是否也拦截欢迎语与群发（40201）")
    intercept_word_chars: int = _switch(32, "聊天敏感词一个词最长几个字（资料有 32 与 30 两说）")
    intercept_list_lag_seconds: float = _switch(0.0, "新建的聊天敏感词规则，多少秒后才出现在列表里")
    intercept_refused_words: str = _switch("", "企业微信不接受的聊天敏感词，逗号分隔（41083）")
    trusted_domain: str = _switch("", "可信域名（含端口）；空为不检查（50001、80001）")
    full_errmsg: bool = _switch(True, "errmsg 带 hint 与 from ip 后缀")
    media_pictures_only_by_content: bool = _switch(True, "上传图片时按文件头检查格式（40123）")

    def as_list(self) -> list[dict[str, Any]]:
        return [
            {
                "name": each.name,
                "value": getattr(self, each.name),
                "kind": type(each.default).__name__,
                "about": each.metadata["about"],
            }
            for each in fields(self)
        ]

    def change(self, values: dict[str, Any]) -> None:
        """:raises ValueError: for an unknown name or a value of the wrong kind; then nothing is changed."""
        kinds = {each.name: type(each.default) for each in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"没有名为 {name} 的开关")
            right = isinstance(value, (int, float) if kinds[name] is float else kinds[name])
            if not right or (isinstance(value, bool) and kinds[name] is not bool):
                raise ValueError(f"开关 {name} 的值类型不对")
        for name, value in values.items():
            setattr(self, name, float(value) if kinds[name] is float else value)
