"""Shapes of the catalogue and of changes to a customer's tags."""

from typing import Annotated

from pydantic import Field

from app.customers.models import WriteState
from app.http import Schema
from app.http.schemas import Text
from app.tags.models import Maintainer

Name = Annotated[Text, Field(min_length=1, max_length=30)]
Order = Annotated[int, Field(ge=0, lt=2**32)]
TagId = Annotated[Text, Field(min_length=1, max_length=64)]


class TagView(Schema):
    id: str
    name: str
    order: int
    maintainer: Maintainer


class TagGroupView(Schema):
    id: str
    name: str
    order: int
    tags: list[TagView]


class Catalogue(Schema):
    groups: list[TagGroupView]


class NewGroup(Schema):
    name: Name
    tags: Annotated[list[Name], Field(min_length=1, max_length=100)]
    """WeCom has no empty groups."""


class NewTags(Schema):
    names: Annotated[list[Name], Field(min_length=1, max_length=100)]


class GroupEdit(Schema):
    name: Name | None = None
    order: Order | None = None


class TagEdit(Schema):
    name: Name | None = None
    order: Order | None = None
    maintainer: Maintainer | None = None


class TagChanges(Schema):
    add: Annotated[list[TagId], Field(max_length=100)] = []
    remove: Annotated[list[TagId], Field(max_length=100)] = []


class TagsChanged(Schema):
    tag_ids: list[str]
    write_state: WriteState
    change_ids: list[int]
