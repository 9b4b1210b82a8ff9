"""The parts of which descriptions of addresses are made, as OpenAPI writes them."""

from __future__ import annotations

from typing import Any


def json_schema(kind: str, **more: Any) -> dict[str, Any]:
    """A schema of a kind (`string`, `integer` …)."""
    return {"type": kind, **more}


def listed(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": item, **more}


def asked(name: str, what: str, schema: dict[str, Any], *, needed: bool = False) -> dict[str, Any]:
    """A parameter of the query."""
    return {"name": name, "in": "query", "required": needed, "description": what, "schema": schema}


def asked_as_json(name: str, what: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter of the query that is an object as JSON, and needed."""
    content = {"application/json": {"schema": schema}}
    return {"name": name, "in": "query", "required": True, "description": what, "content": content}


def told(name: str, what: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A header, which is needed."""
    return {"name": name, "in": "header", "required": True, "description": what, "schema": schema}


def body(schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    """A body of JSON, which is needed."""
    content: dict[str, Any] = {"schema": schema}
    if example is not None:
        content["example"] = example
    return {"required": True, "content": {"application/json": content}}


def gives(what: str, schema: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    """An answer, with a body of JSON if it has a schema; `headers`: what they say, by name (`_` for `-`)."""
    response: dict[str, Any] = {"description": what}
    if schema:
        response["content"] = {"application/json": {"schema": schema}}
    if headers:
        response["headers"] = {
            name.replace("_", "-"): {"description": said, "schema": {"type": "string"}}
            for name, said in headers.items()
        }
    return response


def operation(
    *parameters: dict[str, Any], body: dict[str, Any] | None = None, **responses: dict[str, Any]
) -> dict[str, Any]:
    """What an address takes and gives, as `openapi_extra` of its route; `responses` by status (`_200`)."""
    made: dict[str, Any] = {"responses": {status.lstrip("_"): response for status, response in responses.items()}}
    if parameters:
        made["parameters"] = list(parameters)
    if body:
        made["requestBody"] = body
    return made
