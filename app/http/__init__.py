"""Routes as declarations: who may call them, what goes in, what comes out, and the OpenAPI made from that."""

from app.http.answers import attachment, error_answer
from app.http.openapi import document
from app.http.routes import PUBLIC, Route, load_viewer_with, route, routes
from app.http.schemas import Page, Query, Schema, no_content

__all__ = [
    "PUBLIC",
    "Page",
    "Query",
    "Route",
    "Schema",
    "attachment",
    "document",
    "error_answer",
    "load_viewer_with",
    "no_content",
    "route",
    "routes",
]
