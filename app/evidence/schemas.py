"""What a pack is asked for."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from app.http import Schema
from app.http.schemas import Text

About = Literal["hit", "case", "audit", "person"]


class PackBody(Schema):
    """
    :param id: of the hit or case, or the number of the audit entry.
    :param userid: with `since` and `until`, of the person.
    :param reason: what the pack is for; it stands in the pack and in the audit log.
    """

    about: About
    id: int | None = Field(default=None, ge=1)
    userid: Annotated[Text, Field(min_length=1, max_length=64)] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    reason: Annotated[Text, Field(min_length=2, max_length=200)]

    @model_validator(mode="after")
    def names_something(self) -> Self:
        if self.about == "person":
            if self.userid is None or self.since is None or self.until is None:
                raise ValueError("请写明是谁、从什么时候到什么时候")
            if self.since >= self.until:
                raise ValueError("开始时间要早于结束时间")
        elif self.id is None:
            raise ValueError("请写明编号")
        return self
