"""OpenAPI 3.1 out of the declared routes. The front end's types are generated from it."""

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.http.routes import PUBLIC, Route, routes

_REF = "#/components/schemas/{model}"
_ERROR = {
    "type": "object",
    "required": ["code", "message", "details", "request_id"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "details": {"type": "object", "additionalProperties": True},
        "request_id": {"type": "string"},
    },
}


def document() -> dict[str, Any]:
    """The API as it is declared at this moment."""
    declared = routes()
    inputs: list[type[BaseModel]] = [each.body for each in declared if each.body]
    outputs: list[type[BaseModel]] = [each.answer for each in declared if each.answer]
    shapes, definitions = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(inputs)]
        + [(model, "serialization") for model in dict.fromkeys(outputs)],
        ref_template=_REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for each in declared:
        paths.setdefault(_path(each), {})[each.method.lower()] = _operation(each, shapes)
    return {
        "openapi": "3.1.0",
        "info": {"title": "GuideDesk", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Error": _ERROR, **definitions.get("$defs", {}), **_query_shapes(declared)}},
    }


def _query_shapes(declared: list[Route]) -> dict[str, Any]:
    shapes: dict[str, Any] = {}
    for each in declared:
        if each.query:
            shapes |= each.query.model_json_schema(ref_template=_REF).get("$defs", {})
    return shapes


def _path(declared: Route) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", declared.path)


def _operation(declared: Route, shapes: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": declared.endpoint.replace(".", "_"),
        "summary": declared.summary,
        "x-may": "public" if isinstance(declared.may, PUBLIC) else sorted(declared.may),
        "parameters": _parameters(declared),
        "responses": {
            str(declared.status if declared.answer else 204): _success(declared, shapes),
            "default": {
                "description": "error",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
    }
    if declared.body:
        schema = shapes[(declared.body, "validation")]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _success(declared: Route, shapes: dict[Any, Any]) -> dict[str, Any]:
    if declared.answer is None:
        return {"description": "done"}
    schema = shapes[(declared.answer, "serialization")]
    return {"description": "ok", "content": {"application/json": {"schema": schema}}}


def _parameters(declared: Route) -> list[dict[str, Any]]:
    found = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind == "int:" else "string"},
        }
        for kind, name in re.findall(r"<(int:|string:|path:|uuid:)?(\w+)>", declared.path)
    ]
    if declared.query:
        schema = declared.query.model_json_schema(ref_template=_REF)
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": shape, "explode": False}
            for name, shape in schema.get("properties", {}).items()
        ]
    return found
