"""What can be asked, described: `/openapi.json` for programs, `/docs` as a page for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, Response

from jobs.serving.answers import answer

PROBLEM: Final = {
    "type": "object",
    "description": "What is wrong with a request.",
    "required": ["code", "message", "field"],
    "properties": {
        "code": {"type": "string", "description": "For programs."},
        "message": {"type": "string", "description": "For people."},
        "field": {"type": ["string", "null"], "description": "The field of the body, or the parameter, at fault."},
    },
}
ALWAYS: Final = {
    "401": "No credential has this key and secret, or none was given.",
    "403": "The credential has not the scope that this needs.",
    "404": "There is no such thing in this organisation, or no such organisation.",
    "429": "More requests in this minute than a credential has; Retry-After says when to come again.",
    "503": "The database is away, or an import runs; Retry-After says when to come again.",
}
"""What every request with a credential may be told."""
OPEN: Final = ("/health", "/metrics")
"""What is answered without a credential."""
PLACES: Final = {
    "organization": "The organisation, by id or name: that of the credential.",
    "person": "The person's id.",
    "group": "The group's id.",
    "group_type": "The type's id.",
    "persona": "The persona's id: 24 digits, 0 to f.",
    "personaIdentifier": "The identifier's id: 24 digits, 0 to f.",
    "personaAttribute": "The attribute's id.",
    "upload": "The id that was given when the file was sent.",
    "name": "The name of the mapping.",
    "what": "`rejects` or `plan`.",
}
"""What stands in addresses."""
ABOUT: Final = (
    "People, groups and statements of a learning record store. Each request brings a key and a secret (HTTP Basic),"
    " which `lrs-people create-credential` makes; the organisation stands in the address, by id or name."
)
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "h2{margin-top:2.5em;border-bottom:1px solid #ccc}h3{margin-top:2em;font-size:1.05em}"
    "code,.m{font-family:ui-monospace,monospace;font-size:.92em}.m{font-weight:bold;margin-right:.6em}"
    "table{border-collapse:collapse;width:100%}td{border-top:1px solid #ddd;padding:.25em .8em .25em 0;"
    "vertical-align:top}p{white-space:pre-line}"
)

router = APIRouter(include_in_schema=False)


class Described(FastAPI):
    """An application that describes itself in our words."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        if not self.openapi_schema:
            self.openapi_schema = _described(self)
        return self.openapi_schema


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    """The description as OpenAPI has it."""
    return answer(request.app.openapi())


@router.get("/docs")
def docs(request: Request) -> Response:
    """The same as a page, which asks nobody else for anything."""
    return HTMLResponse("".join(_page(request.app.openapi())))


def _described(app: FastAPI) -> dict[str, Any]:
    made: dict[str, Any] = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM
    components["securitySchemes"] = {"credential": {"type": "http", "scheme": "basic"}}
    told = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, methods in made["paths"].items():
        for operation in methods.values():
            _name_places(operation, path)
            responses = operation["responses"]
            responses.pop("422", None)
            if path not in OPEN:
                operation["security"] = [{"credential": []}]
                responses |= {status: {"description": why} for status, why in ALWAYS.items() if status not in responses}
            responses.setdefault("503", {"description": ALWAYS["503"]})
            if operation.get("parameters") or "requestBody" in operation:
                responses.setdefault("400", {"description": "The request cannot be understood."})
            if "requestBody" in operation:
                responses.setdefault("413", {"description": "The body is too large."})
            for status, response in responses.items():
                if status >= "400" and "content" not in response:
                    response["content"] = told
    return made


def _name_places(operation: dict[str, Any], path: str) -> None:
    """Say of each part of the address what it is."""
    parameters = operation.setdefault("parameters", [])
    of_path = {one["name"]: one for one in parameters if one["in"] == "path"}
    for name in re.findall("{(.*?)}", path):
        if name not in of_path:
            of_path[name] = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            parameters.insert(0, of_path[name])
        if name in PLACES:
            of_path[name]["description"] = PLACES[name]
    if not parameters:
        del operation["parameters"]


def _page(made: dict[str, Any]) -> Iterator[str]:
    title = escape(made["info"]["title"])
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    yield f"<h1>{title} {escape(made['info']['version'])}</h1><p>{_prose(made['info']['description'])}</p>"
    yield '<p>For programs: <a href="openapi.json">openapi.json</a></p>'
    of_tags: dict[str, list[str]] = {}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["Others"])[0]
            of_tags.setdefault(tag, []).append("".join(_operation(path, method, operation)))
    for tag, operations in of_tags.items():
        yield f"<h2>{escape(tag)}</h2>"
        yield from operations


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<h3><span class="m">{method.upper()}</span><code>{escape(path)}</code></h3>'
    yield f"<p><b>{escape(operation.get('summary', ''))}.</b> {_prose(operation.get('description', ''))}</p>"
    rows = [
        (one["name"], f"in the {one['in']}{', needed' if one.get('required') else ''}", one.get("description", ""))
        for one in operation.get("parameters", ())
    ]
    rows += [(status, "", response["description"]) for status, response in operation["responses"].items()]
    cells = ("".join((f"<td><code>{escape(a)}</code>", f"<td>{b}", f"<td>{_prose(c)}")) for a, b, c in rows)
    yield f"<table>{''.join(f'<tr>{row}' for row in cells)}</table>"


def _prose(text: str) -> str:
    """Text with `code` in it."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
