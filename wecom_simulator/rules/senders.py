"""Who is asked to send a mass message to whom: the member who last chatted with the customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from wecom_simulator.world.records import Customer, Follow


def last_to_chat(customer: Customer, allowed: Collection[str]) -> Follow | None:
    """Among the allowed members that are full friends; the newest friend if nobody ever chatted."""
    follows = [each for each in customer.follows.values() if each.userid in allowed and not each.half]
    return max(follows, key=lambda each: (each.last_chat_at, each.createtime), default=None)


def has_tags(follow: Follow, groups: Iterable[Collection[str]]) -> bool:
    """One of the tags of every group: OR inside a group, AND across groups."""
    return all(not set(each).isdisjoint(follow.tags) for each in groups)
