"""Shapes of what a draft list would change."""

from app.compliance.schemas import ActionName
from app.http import Schema


class ImpactExample(Schema):
    """
    :param where: which script, or who sent it by which way.
    """

    where: str
    passage: str
    before: ActionName
    after: ActionName


class BlockedScript(Schema):
    id: int
    title: str
    passage: str


class Impact(Schema):
    """What the draft would do that the published list does not; texts are counted once each."""

    texts: int
    scripts: int
    new_hits: int
    lost_hits: int
    changed: int
    blocked_scripts: list[BlockedScript]
    examples: list[ImpactExample]
    milliseconds: int
