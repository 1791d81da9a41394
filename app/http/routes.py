"""`@route`: the only way a view gets a URL."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError

from app.errors import AppError, Forbidden, Invalid, Unauthorized
from app.http.schemas import Query, Schema, plain
from app.viewer import Role, Viewer

View = Callable[..., Any]
ViewT = TypeVar("ViewT", bound=View)


@dataclass(frozen=True)
class PUBLIC:
    """Anybody may call it, signed in or not, for this reason."""

    why: str


May = frozenset[Role] | PUBLIC


@dataclass(frozen=True)
class Route:
    """What a route promises; tests walk all of them, so a new one is covered by default."""

    method: str
    path: str
    endpoint: str
    may: May
    body: type[Schema] | None
    query: type[Query] | None
    answer: type[BaseModel] | None
    status: int
    summary: str


_routes: dict[str, Route] = {}


def routes() -> list[Route]:
    """Every declared route, by path."""
    return sorted(_routes.values(), key=lambda each: (each.path, each.method))


_load_viewer: Callable[[], Viewer | None] | None = None


def load_viewer_with(loader: Callable[[], Viewer | None]) -> None:
    """Say how the signed-in person of the current request is found. Called once, by `app.web`."""
    global _load_viewer
    _load_viewer = loader


def route(
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    may: Iterable[Role] | PUBLIC,
    body: type[Schema] | None = None,
    query: type[Query] | None = None,
    answer: type[BaseModel] | None = None,
    status: int = 200,
) -> Callable[[ViewT], ViewT]:
    """
    Give a view its URL, its readers and its shapes.

    The view is called as `view(viewer, body=…, query=…, **path_parameters)`; `viewer` is left out for
    `PUBLIC` routes, `body` and `query` where none is declared. It returns an `answer`, a `Response`, or
    None (204).

    :raises Unauthorized: on a call without a session.
    :raises Forbidden: on a call by somebody without one of the roles in `may`.
    """
    allowed: May = may if isinstance(may, PUBLIC) else frozenset(may)

    def declare(view: ViewT) -> ViewT:
        endpoint = f"{method.lower()}_{view.__name__}"
        summary = (view.__doc__ or view.__name__.replace("_", " ")).strip().splitlines()[0]
        declared = Route(
            method, path, f"{blueprint.name}.{endpoint}", allowed, body, query, answer, status, summary
        )
        _routes[declared.endpoint] = declared

        @functools.wraps(view)
        def handle(**path_parameters: Any) -> Response:
            given = _given(declared)
            if body is not None:
                given["body"] = _read_body(body)
            if query is not None:
                given["query"] = _read_query(query)
            positional = (given.pop("viewer"),) if "viewer" in given else ()
            return _answer(declared, view(*positional, **given, **path_parameters))

        blueprint.add_url_rule(path, endpoint, handle, methods=[method])
        return view

    return declare


def _given(declared: Route) -> dict[str, Any]:
    if isinstance(declared.may, PUBLIC):
        return {}
    viewer = _load_viewer() if _load_viewer else None
    if viewer is None:
        raise Unauthorized
    if not viewer.has(*declared.may):
        raise Forbidden
    return {"viewer": viewer}


def _read_body(shape: type[Schema]) -> Schema:
    if request.mimetype != "application/json":
        raise AppError("请求必须是 JSON。", code="not_json")
    try:
        return shape.model_validate_json(request.get_data())
    except ValidationError as error:
        raise _refusal(error) from None


def _read_query(shape: type[Query]) -> Query:
    given: dict[str, Any] = {}
    for name, info in shape.model_fields.items():
        values = request.args.getlist(info.alias or name)
        if not values:
            continue
        if _takes_list(info.annotation):
            given[info.alias or name] = [part for value in values for part in value.split(",") if part]
        elif values[-1] != "":
            given[info.alias or name] = values[-1]
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise _refusal(error) from None


def _takes_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) in {list, tuple, set, frozenset}


def _refusal(error: ValidationError) -> Invalid:
    fields = plain(error.errors(include_url=False, include_input=False))
    first = next(iter(fields.items()))
    return Invalid(f"填写的内容有问题：{first[0]} {first[1]}", fields=fields)


def _answer(declared: Route, result: Any) -> Response:
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status=204)
    if declared.answer is None:
        raise TypeError(f"{declared.endpoint} answers something but declares no answer")
    shaped = result if isinstance(result, declared.answer) else declared.answer.model_validate(result)
    return Response(shaped.model_dump_json(), status=declared.status, content_type="application/json")
