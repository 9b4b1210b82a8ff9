"""Files are sent to be imported; what becomes of them can be asked, and taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from jobs.serving.access import Admin, Caller, Importer, Reader
from jobs.serving.answers import Body, Problem, answer, nothing
from jobs.serving.settings import Settings
from jobs.serving.turns import Turns
from jobs.serving.uploads import described
from jobs.serving.uploads.asked import MAPPING_NAME, WRITTEN, Asked, Mistaken, check, file_name, is_ready
from jobs.serving.uploads.forms import Sent, sent
from jobs.serving.uploads.notifying import origin
from jobs.serving.uploads.running import IMPORT, keep, pieces
from jobs.shell.terminal import instant, json_text
from sql import queue
from sql.database import UPLOADS

if TYPE_CHECKING:
    from sql.database import Database, Transaction

MOST: Final = 1000
FILES: Final = ("rejects", "plan")
"""What an import may leave to be fetched."""
DONE: Final = ("committed", "finished")
KEPT_AT_A_TIME: Final = 2
"""Files that a process puts into the database at a time: one may take long, and there is to be room for others."""
AGAIN: Final = 60
"""Seconds after which a file may find room, where too many wait."""

router = APIRouter(prefix="/api/organizations/{organization}/csv-import", tags=["CSV upload"])


@router.get("/mappings", summary="List the mappings that are kept", openapi_extra=described.LIST_MAPPINGS)
def list_mappings(caller: Admin) -> Response:
    """By name, with their sizes and who has changed them when."""
    rows = caller.sessions.rows("uploads/mappings.sql", organisation=caller.organisation)
    results = []
    for row in rows:
        changed = {"changed": instant(row["put_at"]), "changedBy": row["put_by"]}
        results.append({"name": row["name"], "size": row["size"], **changed})
    return answer({"count": len(results), "results": results})


@router.get("/mappings/{name}", summary="Read a mapping", openapi_extra=described.READ_MAPPING)
def read_mapping(caller: Admin, name: str) -> Response:
    """The TOML, as it was put."""
    return Response(_mapping(caller, name), media_type="text/plain")


@router.put("/mappings/{name}", status_code=204, summary="Keep a mapping", openapi_extra=described.KEEP_MAPPING)
def keep_mapping(caller: Admin, name: str, body: Body) -> Response:
    """The body is a mapping (TOML), as `inspect-people` proposes one: it is checked as `import-people --mapping` does,
    and used for files that come from now on. 204; 400 if it is none.
    """
    if not MAPPING_NAME.fullmatch(name):
        raise Problem(400, "invalid_parameter", "a name has letters, digits, dots, hyphens and underscores", "name")
    if name in WRITTEN:
        raise Problem(400, "invalid_parameter", "a file that an import writes is called so", "name")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Problem(400, "invalid_mapping", "it is not UTF-8, which TOML has to be") from None
    if "\0" in text:
        raise Problem(400, "invalid_mapping", "it is no TOML")
    _check(Asked(), name, text)
    with caller.sessions.database.begin() as transaction:
        transaction.execute(
            "uploads/keep_mapping.sql",
            organisation=caller.organisation,
            name=name,
            text=text,
            put_by=caller.credential,
        )
    return nothing()


@router.delete(
    "/mappings/{name}", status_code=204, summary="Forget a mapping", openapi_extra=described.DROP_MAPPING
)
def drop_mapping(caller: Admin, name: str) -> Response:
    """204; files that were sent before are imported with it all the same."""
    with caller.sessions.database.begin() as transaction:
        if not transaction.execute("uploads/drop_mapping.sql", organisation=caller.organisation, name=name):
            raise _unknown_mapping(name)
    return nothing()


@router.post("", status_code=202, summary="Send a file", openapi_extra=described.SEND)
async def send(request: Request, caller: Importer) -> Response:
    """A form (multipart/form-data): `file`, and what is to be done with it. 202 with its id, under which its state can
    be asked: it is imported soon, in the order in which files came.
    """
    settings: Settings = request.app.state.settings
    coming: Counter[int] = request.app.state.coming
    keeping: Turns = request.app.state.keeping
    others = coming[caller.organisation]
    coming[caller.organisation] += 1
    try:
        await run_in_threadpool(_check_room, caller.rows, settings.waiting_uploads - others)
        has = await sent(request, settings.largest_upload)
        try:
            async with keeping.one(caller.organisation):
                number = await run_in_threadpool(_taken, caller, has, settings)
        finally:
            has.file.close()
    finally:
        coming[caller.organisation] -= 1
    return await run_in_threadpool(_accepted, request, caller, number)


@router.get("", summary="List files that were sent", openapi_extra=described.LIST)
def list_uploads(request: Request, caller: Reader) -> Response:
    """The newest first, `_limit` (100, at most 1,000) from the `_offset`th on."""
    asked = dict(request.query_params)
    most, skipped = _number(asked, "_limit", 100), _number(asked, "_offset", 0)
    here = {"organisation": caller.organisation, "upload": None}
    rows = caller.sessions.rows("uploads/list.sql", **here, most=min(most, MOST), skipped=skipped)
    return answer({"count": len(rows), "results": [_told(request, row) for row in rows]})


@router.get("/{upload}", summary="What has become of a file", openapi_extra=described.READ)
def read_upload(request: Request, caller: Reader, upload: str) -> Response:
    """`state`: queued, running, committed (reports are still to be made), finished, dry-run, refused or failed;
    `summary`: as `import-people --json` prints it.
    """
    row = _upload(caller, upload)
    summary = {} if row["summary"] is None else {"summary": row["summary"]}
    return answer({**_told(request, row), **summary})


@router.get("/{upload}/{what}", summary="Fetch rejected lines, or the plan", openapi_extra=described.FETCH)
def read_file(caller: Reader, upload: str, what: str) -> Response:
    """`rejects`: the lines that were rejected, and why, to be mended and sent again; `plan`: every change. Both CSV."""
    row = _upload(caller, upload)
    (size,) = caller.rows("uploads/size.sql", upload=row["id"], what=what)
    if what not in FILES or size["bytes"] is None:
        raise Problem(404, "no_such_file", "it has left no such file")
    # Who is told the size sees that something is missing where it goes in the middle.
    headers = {
        "Content-Disposition": f'attachment; filename="{what}-{row["id"]}.csv"',
        "Content-Length": str(size["bytes"]),
    }
    found = pieces(caller.sessions.rows, organisation=caller.organisation, upload=row["id"], what=what)
    return StreamingResponse(found, 200, headers, "text/csv; charset=utf-8")


@router.delete("/{upload}", status_code=204, summary="Forget a file", openapi_extra=described.DROP)
def drop_upload(caller: Importer, upload: str) -> Response:
    """What was kept of a file that has been imported: its rejects, its plan, its row here. What it changed stays. One
    that still waits is never imported. 204; 409 while it is imported.
    """
    row = _upload(caller, upload)
    with caller.sessions.database.begin() as transaction:
        here = {"organisation": caller.organisation, "upload": row["id"]}
        transaction.rows("uploads/lock.sql", **here)
        if not transaction.execute("uploads/drop.sql", **here):
            raise Problem(409, "not_ended", "it is imported, or taken back, just now")
    return nothing()


@router.post("/{upload}/undo", status_code=202, summary="Take an import back", openapi_extra=described.UNDO)
def undo(request: Request, caller: Importer, upload: str) -> Response:
    """As `undo-import` does: 202 with the id of the undo, whose state can be asked like that of a file. With
    `skipChanged=true` what has been changed since is left as it is; otherwise it refuses the whole.
    """
    asked = dict(request.query_params)
    skip = asked.pop("skipChanged", "false")
    if asked or skip not in ("true", "false"):
        name = next(iter(asked), "skipChanged")
        raise Problem(400, "invalid_parameter", "there is only skipChanged, true or false", name)
    row = _upload(caller, upload)
    if row["undoes"] is not None or row["state"] not in DONE:
        raise Problem(409, "nothing_to_undo", f"it is {row['state']}: there is nothing to be taken back")
    number = _queued(caller, None, undoes=row["id"], options={"skip_changed": True} if skip == "true" else {})
    return _accepted(request, caller, number)


def _check(asked: Asked, name: str | None, text: str | None) -> None:
    """Raises Problem: it cannot be asked so."""
    try:
        check(asked, None if name is None else (name, text))
    except Mistaken as mistaken:
        raise Problem(400, "invalid_mapping" if name else "invalid_parameter", str(mistaken)) from None


def _mapping(caller: Caller, name: str) -> str:
    rows = caller.sessions.rows("uploads/mapping.sql", organisation=caller.organisation, name=name)
    if not rows:
        raise _unknown_mapping(name)
    text: str = rows[0]["text"]
    return text


def _unknown_mapping(name: str) -> Problem:
    return Problem(404, "unknown_mapping", "there is no mapping of this name", "name")


def _taken(caller: Caller, has: Sent, settings: Settings) -> int:
    """The number of a file that is to be imported; it is in the database then. Raises Problem."""
    if has.notify is not None and origin(has.notify) not in settings.notified:
        raise Problem(400, "notify", "this server tells nobody there: serve --notify says whom it may tell", "notify")
    text = None
    if has.mapping is not None:
        try:
            text = _mapping(caller, has.mapping)
        except Problem:
            if not is_ready(has.mapping):
                raise Problem(400, "unknown_mapping", "there is no mapping of this name", "template") from None
    _check(has.asked, has.mapping, text)
    return _queued(
        caller,
        has,
        most=settings.waiting_uploads,
        file=file_name(has.name, has.mapping),
        size=has.size,
        mapping_name=has.mapping,
        mapping=text,
        notify=has.notify,
        options=has.asked.recorded,
    )


def _check_room(rows: Callable[..., list[dict[str, Any]]], most: int, **here: int) -> None:
    """Raises Problem: so many files wait, or more."""
    (waiting,) = rows("uploads/waiting.sql", **here)
    if waiting["files"] >= most:
        said = "too many files of this organization wait to be imported: send more when some are done"
        raise Problem(429, "too_many_waiting", said, headers={"Retry-After": str(AGAIN)})


def _queued(
    caller: Caller,
    has: Sent | None,
    *,
    most: int = 0,
    undoes: int | None = None,
    options: dict[str, Any],
    **more: Any,
) -> int:
    """Kept in the database, with a job for whoever works, in one transaction. `most`: files that may wait. Raises
    Problem.
    """
    database: Database = caller.sessions.database
    queue.make(database)
    row = dict.fromkeys(("file", "size", "mapping_name", "mapping", "notify")) | more
    with database.begin() as transaction:
        if undoes is not None:
            _check_undo(transaction, organisation=caller.organisation, upload=undoes)
        number: int = transaction.row(
            "uploads/create.sql",
            organisation=caller.organisation,
            sent_by=caller.credential,
            undoes=undoes,
            options=json_text(options),
            **row,
        )["id"]
        here = {"organisation": caller.organisation, "upload": number}
        if has is not None:
            has.file.seek(0)
            keep(transaction, has.file.read, **here, what="file")
            transaction.lock(UPLOADS, caller.organisation)  # until it is committed: others count it
            _check_room(transaction.rows, most + 1, organisation=caller.organisation)
        queue.put(transaction, IMPORT, turn=f"organisation {caller.organisation}", **here)
    return number


def _check_undo(transaction: Transaction, **subject: int) -> None:
    """Raises Problem: what is to be taken back is forgotten by now, or is to be taken back already. As long as the
    transaction lasts nobody else forgets it, or takes it back.
    """
    if not transaction.rows("uploads/lock.sql", **subject):
        raise _unknown_upload()
    if transaction.row("uploads/undone_soon.sql", **subject)["is_so"]:
        raise Problem(409, "not_ended", "it is to be taken back already")


def _accepted(request: Request, caller: Caller, number: int) -> Response:
    row = _upload(caller, str(number))
    told = _told(request, row)
    return answer(told, 202, {"Location": told["url"]})


def _upload(caller: Caller, upload: str) -> dict[str, Any]:
    if upload.isascii() and upload.isdecimal() and len(upload) < 18:
        here = {"organisation": caller.organisation, "upload": int(upload)}
        for row in caller.sessions.rows("uploads/list.sql", **here, most=1, skipped=0):
            return row
    raise _unknown_upload()


def _unknown_upload() -> Problem:
    return Problem(404, "unknown_upload", "there is no such file")


def _told(request: Request, row: dict[str, Any]) -> dict[str, Any]:
    """What is told of an upload: what there is, and nothing where there is nothing."""
    at = f"/api/organizations/{quote(request.path_params['organization'], safe='')}/csv-import"
    options = row["options"]
    said: dict[str, Any] = {
        "id": row["id"],
        "url": f"{at}/{row['id']}",
        "state": row["state"],
        "undoes": row["undoes"],
        "file": row["file"],
        "fileSize": row["size"],
        "mapping": row["mapping_name"],
        "dryRun": True if options.get("dry_run") else None,
        "sentBy": row["sent_by"],
        "created": _instant(row["created_at"]),
        "started": _instant(row["started_at"]),
        "ended": _instant(row["ended_at"]),
        "tries": row["tries"],
        "import": row["import_id"],
        "exitCode": row["exit_code"],
        "error": row["error"],
        "notified": row["notified"],
        **{what: f"{at}/{row['id']}/{what}" for what in FILES if what in row["files"]},
    }
    return {name: value for name, value in said.items() if value is not None}


def _instant(when: datetime | None) -> str | None:
    return None if when is None else instant(when)


def _number(asked: dict[str, str], name: str, default: int) -> int:
    said = asked.pop(name, str(default))
    if not (said.isascii() and said.isdecimal()) or len(said) > 9:
        raise Problem(400, "invalid_parameter", "it is no number", name)
    return int(said)
