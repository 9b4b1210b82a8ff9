"""A file that is sent, with what is said of it: a form of several parts, read as it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.types import Message

from identity.texts import too_long, unstorable
from jobs.serving.answers import Problem
from jobs.serving.settings import MB
from jobs.serving.uploads.asked import Asked

SURE: Final = 10 * MB
"""A larger file must say its size: one that was cut off on its way is told by it."""
ROOM: Final = 1 * MB
"""Bytes of a body beside the file."""
MOST_FIELDS: Final = 1000
LONGEST_FIELD: Final = 4096
SEVERAL: Final = {"acceptNear": "accept_near", "newPerson": "new_person"}
TRUTHS: Final = {"dryRun": "dry_run", "plan": "plan"}
TEXTS: Final = {"source": "source", "expect": "expect"}
OTHERS: Final = ("template", "mapping", "fileSize", "notify")


@dataclass(frozen=True)
class Sent:
    """What was sent. The file is to be closed."""

    file: BinaryIO
    name: str | None
    size: int
    mapping: str | None
    """By name."""
    notify: str | None
    asked: Asked


async def sent(request: Request, largest: int) -> Sent:
    """What a request sends. Raises Problem. (What is large lies in a temporary file without a name, meanwhile.)"""
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > largest + ROOM:
            raise Problem(413, "too_large", f"a file may have {largest:,} bytes", "file")
        return message

    limited = Request(request.scope, receive)
    if limited.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise Problem(400, "content_type", "a file is sent as multipart/form-data", "Content-Type")
    try:
        form = await limited.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    except (HTTPException, MultiPartException, UnicodeError):
        raise Problem(400, "invalid_form", "the form is broken off, or has too many parts, or too large ones") from None
    said: dict[str, list[str]] = {}
    file: UploadFile | None = None
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name != "file":
                raise Problem(400, "invalid_parameter", "the file is called `file`", name)
            file = value
        else:
            said.setdefault(name, []).append(value)
    asked, rest = _asked(said), {name: values[0] for name, values in said.items()}
    if file is None:
        raise Problem(400, "invalid_parameter", "it is missing", "file")
    if rest.get("template", rest.get("mapping")) != rest.get("mapping", rest.get("template")):
        raise Problem(400, "invalid_parameter", "template and mapping are two words for one thing", "template")
    has = file.size or 0
    if has > largest:
        raise Problem(413, "too_large", f"a file may have {largest:,} bytes", "file")
    _check_size(rest.get("fileSize"), has)
    mapping = rest.get("mapping", rest.get("template"))
    return Sent(file.file, file.filename, has, mapping, rest.get("notify"), asked)


def _check_size(said: str | None, has: int) -> None:
    if said is None:
        if has > SURE:
            raise Problem(400, "file_size", f"a file of more than {SURE:,} bytes says how many it has", "fileSize")
    elif not (said.isascii() and said.isdecimal()) or len(said) > 15:
        raise Problem(400, "invalid_parameter", "it is no number", "fileSize")
    elif int(said) != has:
        raise Problem(400, "file_size", f"the file has {has:,} bytes", "fileSize")


def _asked(said: Mapping[str, list[str]]) -> Asked:
    """What is asked of the import. Raises Problem: there is something else."""
    for name, values in said.items():
        if name not in {*SEVERAL, *TRUTHS, *TEXTS, *OTHERS}:
            raise Problem(400, "invalid_parameter", "there is no such field", name)
        if name not in SEVERAL and len(values) > 1:
            raise Problem(400, "invalid_parameter", "it is given more than once", name)
        if any(unstorable(value) for value in values):
            raise Problem(400, "invalid_parameter", "it has a character that cannot be stored", name)
    for name in TRUTHS:
        if said.get(name, ["false"])[0] not in ("true", "false"):
            raise Problem(400, "invalid_parameter", "it is neither true nor false", name)
    for name in TEXTS:
        if wrong := too_long(said.get(name, [""])[0]):
            raise Problem(400, wrong.code, wrong.detail, name)
    read: dict[str, Any] = {key: said[name][0] == "true" for name, key in TRUTHS.items() if name in said}
    read |= {key: said[name][0] for name, key in TEXTS.items() if name in said}
    read |= {key: tuple(said[name]) for name, key in SEVERAL.items() if name in said}
    return Asked(**read)
