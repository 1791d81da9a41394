"""Shapes of contact codes and welcome texts."""

from datetime import datetime

from pydantic import Field

from app.acquisition.models import CodeState
from app.http import Schema
from app.http.schemas import Text


class CodeView(Schema):
    id: int
    name: str
    state: str
    userid: str
    member_name: str
    qr_code: str
    welcome_text: str | None
    life: CodeState
    error: str | None
    created_at: datetime


class CodeList(Schema):
    items: list[CodeView]
    total: int


class NewCode(Schema):
    userid: str = Field(min_length=1, max_length=64)
    name: Text = Field(min_length=1, max_length=30)
    welcome_text: Text | None = Field(default=None, max_length=1000)


class CodeEdit(Schema):
    name: Text | None = Field(default=None, min_length=1, max_length=30)
    welcome_text: Text | None = Field(default=None, max_length=1000)
    """Empty: back to the store's text."""


class WelcomeView(Schema):
    store_id: int
    """0 for the corp's own."""
    store_name: str
    text: str
    brand: str
    benefit: str
    preview: str
    updated_by: str
    updated_at: datetime


class WelcomeList(Schema):
    items: list[WelcomeView]
    stores: list["StoreChoice"]


class StoreChoice(Schema):
    id: int
    name: str


class WelcomeEdit(Schema):
    store_id: int = Field(ge=0)
    text: Text = Field(min_length=1, max_length=1000)
    brand: Text = Field(min_length=1, max_length=40)
    benefit: Text = Field(min_length=1, max_length=60)
    confirmed_reason: Text | None = Field(default=None, max_length=200)
