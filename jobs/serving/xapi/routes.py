"""xAPI 1.0.3 (and 2.0) over HTTP, as far as it has a place here: statements are put, and read as they are kept; and who
an agent is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Coroutine, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from identity.agents import ANONYMOUS_GROUP, read_actor
from identity.texts import Invalid
from jobs.serving.access import Asker, Caller, Reader, Recorder
from jobs.serving.answers import Body, Problem, answer, busy, elsewhere, nothing
from jobs.serving.kept import Kept
from jobs.serving.writers import Finisher
from jobs.serving.xapi import bodies, described
from jobs.serving.xapi.given import person_object, statement_object
from jobs.shell.terminal import instant
from jobs.statements.together import Conflict, Together
from sql.errors import LockTimeout

if TYPE_CHECKING:
    from jobs.statements.reading import Statement

VERSION: Final = "X-Experience-API-Version"
ANSWERED: Final = {"1": "1.0.3", "2": "2.0.0"}
"""The version that is answered to each."""
PAGE: Final = 1000
"""So many statements are given at a time."""
_VERSION: Final = re.compile(r"(?:(1)\.0|(2)\.0)(?:\.[0-9]{1,9})?")
_READERS: Final = {fold: bodies.Reader(fold_mailbox_case=fold) for fold in (False, True)}


class _Route(APIRoute):
    """What is answered here, problems too, says by which version of xAPI."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is about this, also where it is not by a method of this."""
        found = super().matches(scope)
        if found[0] is not Match.NONE:
            scope.setdefault("state", {})["always"] = {VERSION: _answered(Request(scope))}
        return found

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            response = await handle(request)
            response.headers.update(request.state.always)
            return response

        return handled


def _answered(request: Request) -> str:
    found = _VERSION.fullmatch(request.headers.get(VERSION, ""))
    return ANSWERED[found[1] or found[2] if found else "1"]


def _versioned(request: Request) -> None:
    """Raises Problem: a request says by which version it is, and it is by one of these."""
    said = request.headers.get(VERSION)
    if said is None:
        raise Problem(400, "version", f"the header {VERSION} is missing: it says 1.0.3, or 2.0.0", VERSION)
    if not _VERSION.fullmatch(said):
        raise Problem(400, "version", f"the header {VERSION} says neither 1.0 nor 2.0", VERSION)


router = APIRouter(
    prefix="/api/organizations/{organization}/xapi",
    route_class=_Route,
    dependencies=[Depends(_versioned)],
    tags=["xAPI"],
)


@router.post("/statements", summary="Store statements", openapi_extra=described.STORE)
def store(request: Request, caller: Recorder, body: Body) -> Response:
    """A statement, or a list of them: all are stored, or none. 200 with their ids, in order; 400 if one of them is not
    valid, 409 if one has the id of another that says something else.
    """
    _asked(request, ())
    statements = _reader(request, caller).read(body)
    _load(request, caller, statements)
    return answer([statement.id for statement in statements])


@router.put("/statements", status_code=204, summary="Store a statement", openapi_extra=described.STORE_ONE)
def store_one(request: Request, caller: Recorder, body: Body) -> Response:
    """The statement with the id `statementId`: 204; 409 if another has it that says something else."""
    asked = _asked(request, ("statementId",))
    if "statementId" not in asked:
        raise Problem(400, "invalid_parameter", "it says the id of the statement", "statementId")
    wanted = _uuid(asked["statementId"], "statementId")
    statement = _reader(request, caller).read_one(body, wanted)
    _load(request, caller, [statement])
    return nothing()


@router.get("/statements", summary="Read what is kept of statements", openapi_extra=described.GIVE)
def give(request: Request, caller: Reader) -> Response:
    """One statement (`statementId`, or `voidedStatementId`), or all that are not voided, `limit` at a time, by their
    ids; `more` leads to the next. Nothing is given but what is kept: who did what, to which activity, with which
    result, and when.
    """
    asked = _asked(request, ("statementId", "voidedStatementId", "limit", "ascending", "after"))
    ids = [name for name in ("statementId", "voidedStatementId") if name in asked]
    if ids:
        if len(asked) > 1:
            raise Problem(400, "invalid_parameter", "one statement is asked for by its id alone", ids[0])
        return _one(caller, _uuid(asked[ids[0]], ids[0]), voided=ids[0] == "voidedStatementId")
    if asked.get("ascending", "false") not in ("true", "false"):
        raise Problem(400, "invalid_parameter", "it is neither true nor false", "ascending")
    after = _uuid(asked["after"], "after") if "after" in asked else None
    limit = _limit(asked.get("limit", "0"))
    with caller.reading() as transaction:
        now = datetime.now(UTC)
        rows = transaction.rows("xapi/page.sql", organisation=caller.organisation, after=after, most=limit + 1)
    more = ""
    if len(rows) > limit:
        rows = rows[:limit]
        more = elsewhere(request, {**asked, "after": rows[-1]["id"]}.items())
    return answer({"statements": list(map(statement_object, rows)), "more": more}, headers=_through(now))


@router.get("/agents", summary="Who an agent is", openapi_extra=described.WHO)
def who(request: Request, caller: Asker) -> Response:
    """The Person object of an `agent`, with all identifiers of the human: those of the person who has this one now. One
    that nobody has is given back alone.
    """
    asked = _asked(request, ("agent",))
    if "agent" not in asked:
        raise Problem(400, "invalid_parameter", "it says which agent, as JSON", "agent")
    try:
        said = orjson.loads(asked["agent"])
    except orjson.JSONDecodeError:
        raise Problem(400, "invalid_json", "it is no JSON", "agent") from None
    agent = read_actor(said, fold_mailbox_case=caller.fold_mailbox_case)
    if isinstance(agent, Invalid):
        raise Problem(400, agent.code, agent.detail, "agent")
    if agent == ANONYMOUS_GROUP:
        raise Problem(400, "invalid_actor", "a group without an identifier is nobody", "agent")
    kind, ifi = agent.identifier
    with caller.reading() as transaction:
        rows = transaction.rows("xapi/agent.sql", organisation=caller.organisation, kind=kind, ifi=ifi)
    return answer(person_object(said, rows))


def _one(caller: Caller, id_: str, *, voided: bool) -> Response:
    with caller.reading() as transaction:
        now = datetime.now(UTC)
        rows = transaction.rows("xapi/statement.sql", organisation=caller.organisation, id=id_)
    for row in rows:
        if row["voided"] is voided:
            return answer(statement_object(row), headers=_through(now))
    raise Problem(404, "unknown_statement", "there is no such statement" + " that is voided" * voided)


def _through(now: datetime) -> dict[str, str]:
    """Up to when all is there."""
    return {"X-Experience-API-Consistent-Through": instant(now)}


def _asked(request: Request, known: Collection[str]) -> Mapping[str, str]:
    """The parameters, each at most once. Raises Problem: there are others."""
    for name, _ in request.query_params.multi_items():
        if name not in known:
            raise Problem(400, "invalid_parameter", "there is no such parameter here", name)
        if len(request.query_params.getlist(name)) > 1:
            raise Problem(400, "invalid_parameter", "it is given more than once", name)
    return dict(request.query_params)


def _uuid(text: str, field: str) -> str:
    if not bodies.UUID(text):
        raise Problem(400, "invalid_parameter", "it is no UUID", field)
    return text.lower()


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Problem(400, "invalid_parameter", "it is no number", "limit")
    return min(int(text) or PAGE, PAGE)


def _reader(request: Request, caller: Caller) -> bodies.Reader:
    """What reads the body. Raises Problem: it is of another kind."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/mixed":
        raise Problem(400, "content_type", "attachments are not kept: send statements alone, as application/json")
    if kind != "application/json":
        raise Problem(400, "content_type", "statements are sent as application/json", "Content-Type")
    return _READERS[caller.fold_mailbox_case]


def _load(request: Request, caller: Caller, statements: list[Statement]) -> None:
    loads: Kept[Together] = request.app.state.loads
    finisher: Finisher = request.app.state.finisher
    try:
        with loads.of(caller.organisation) as place:
            changed = place.load(statements)
    except Conflict as conflict:
        raise Problem(409, "statement_conflict", str(conflict)) from None
    except LockTimeout:
        raise busy("an import of this organization is running: try again") from None
    if changed:
        finisher.soon(caller.organisation)
