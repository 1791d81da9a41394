"""Shapes of harmless phrases as people type and read them."""

from typing import Annotated

from pydantic import Field

from app.http import Schema
from app.http.schemas import Text


class PhraseView(Schema):
    """
    :param phrase: as it is stored and sent.
    :param forms: what it stands for, `…` for the word; the first ones of `count`.
    :param is_shorthand: brackets or `…` make it say more than its characters.
    :param plain: the same with every bracket as it stands; what to store if that is meant.
    :param position: of the character that is wrong, from 1; null if nothing is.
    :param problem: what is wrong there.
    :param note: why it is of no use.
    """

    phrase: str
    forms: list[str]
    count: int
    is_shorthand: bool
    plain: str
    position: int | None
    problem: str | None
    note: str


class PhrasesBody(Schema):
    """
    :param phrases: as somebody typed them; `…` stands for the word.
    :param words: the entry's word in all its ways of writing.
    """

    phrases: list[Annotated[Text, Field(max_length=400)]] = Field(max_length=200)
    words: list[Text] = Field(default_factory=list, max_length=200)


class PhraseList(Schema):
    items: list[PhraseView]
