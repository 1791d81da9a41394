"""
Finding a create without an answer again: WeCom has no key of ours on a task, only what it says, to whom, and when.

Text and time alone would also match the parts of other senders, which are made in the same second with the same
text: so the task's sender has to be the same, and all its customers have to be of this part.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from app.wecom.calls import mass_messages as calls
from app.wecom.client import WeCom

AROUND = timedelta(seconds=120)
"""WeCom's clock and ours differ, and a call may wait for its turn."""


def same_task(
    client: WeCom,
    *,
    text: str,
    called_at: datetime,
    sender: str,
    customers: Collection[str],
    taken: Collection[str],
) -> list[str]:
    """
    :param taken: msgids that are known to be other parts'.
    :returns: the msgids of all tasks that could be it.
    :raises TryLater: also while WeCom is still handing one of them out.
    """
    listed = calls.mass_messages(client, since=called_at - AROUND, until=called_at + AROUND, made_by=calls.BY_CORP)
    alike = [
        each.msgid
        for each in listed
        if each.msgid not in taken
        and not each.is_personal
        and each.creator in ("", sender)
        and each.text == text
        and not each.attachments
        and (each.created_at is None or abs(each.created_at - called_at) <= AROUND)
    ]
    return [msgid for msgid in alike if _is_for(client, msgid, sender, set(customers))]


def _is_for(client: WeCom, msgid: str, sender: str, customers: set[str]) -> bool:
    if {each.userid for each in calls.member_tasks(client, msgid)} != {sender}:
        return False
    asked = {each.external_user_id for each in calls.send_results(client, msgid, sender)}
    return bool(asked) and asked <= customers
