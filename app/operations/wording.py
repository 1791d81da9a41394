"""Jobs and syncs by the names people know. A job that is not here is shown under its own name."""

from collections.abc import Sequence

from app.config import settings
from app.sync_runs.models import Kind

JOBS = {
    "acquisition.welcome": "发欢迎语",
    "acquisition.create_code": "创建联系我二维码",
    "acquisition.delete_code": "删除联系我二维码",
    "acquisition.tell_keeper": "告知欢迎语没有发出",
    "acquisition.sync_codes": "核对联系我二维码",
    "audit.anchor": "审计：把最新摘要留存到库外",
    "audit.check": "审计：开始每夜检查",
    "audit.verify": "审计：检查有没有被改过",
    "callbacks.unknown": "记下不认识的回调",
    "callbacks.unreadable": "无法处理的回调",
    "campaigns.plan": "群发：确定名单",
    "campaigns.create_part": "群发：在企业微信建任务",
    "campaigns.reconcile": "群发：核对没有答复的任务",
    "campaigns.read_results": "群发：读取结果",
    "campaigns.remind": "群发：催办",
    "campaigns.tell_author": "群发：告知没有发出",
    "campaigns.cancel_part": "群发：撤回任务",
    "campaigns.cancel_all": "群发：全部撤回",
    "cases.digest": "发检查日报",
    "cases.notify": "发检查提醒",
    "cases.prune": "清理过期的命中记录",
    "cases.watch": "查看新的命中",
    "chatbot.answer": "回答导购的消息",
    "chatbot.entered": "问候进入应用的成员",
    "customers.contact_added": "读取新客户",
    "customers.contact_changed": "读取客户的变化",
    "customers.contact_removed": "记下客户关系结束",
    "customers.member_renamed": "成员账号变更",
    "customers.write_remark": "把备注写回企业微信",
    "customers.sync": "同步客户",
    "customers.sync_page": "同步一批客户",
    "customers.sync_gone": "核对不再出现的客户",
    "exports.make": "生成导出文件",
    "exports.prune": "删除过期的导出文件",
    "groups.changed": "读取客户群的变化",
    "groups.sync": "同步客户群",
    "groups.sync_some": "同步一批客户群",
    "interception.run": "企业微信拦截：核对与更新",
    "interception.follow": "企业微信拦截：看词库有没有新版本",
    "interception.nightly": "企业微信拦截：每夜核对",
    "operations.tell_of_break": "审计：记录被改过，找出要告知的人",
    "operations.tell_one_of_break": "审计：告知记录被改过",
    "outbound.settle": "了结没有答复的发送",
    "outbox.prune": "清理已完成的任务",
    "replays.run": "词库：看影响",
    "replays.tell_owners": "词库：查找不能再用的话术",
    "replays.tell_owner": "词库：告知话术负责人",
    "replays.tell_about": "词库：告知审批的进展",
    "replays.tell_person": "词库：发审批通知",
    "replays.prune": "清理旧的影响预览",
    "staff.member_changed": "读取成员的变化",
    "staff.department_changed": "读取部门的变化",
    "staff.sync": "同步成员和门店",
    "staff.sync_department": "同步一个部门的成员",
    "staff.sync_end": "了结成员同步",
    "sync_runs.nightly": "每夜同步",
    "tags.changed": "读取标签的变化",
    "tags.write_tags": "把标签写回企业微信",
    "tags.sync": "同步标签",
    "tags.sync_group": "读取一个标签组",
}
KINDS = {Kind.STAFF: "成员和门店", Kind.CUSTOMERS: "客户", Kind.TAGS: "标签", Kind.GROUPS: "客户群"}
STARTERS = {"schedule": "每夜自动", "cli": "命令行", "system": "系统", "demo": "演示数据"}


def job_title(name: str) -> str:
    return JOBS.get(name, name)


def break_found(problems: Sequence[str]) -> str:
    """
    :param problems: a sentence each; the first says enough to begin with.
    """
    more = f"等 {len(problems)} 处" if len(problems) > 1 else ""
    return f"审计记录不完整：{problems[0]}{more}。请先不要改动数据库，再{_look()}"


def plain_break() -> str:
    return f"审计记录不完整，请先不要改动数据库，再{_look()}"


def _look() -> str:
    return f"打开审计页查看：{settings().public_url.rstrip('/')}/console/audit"
