"""Whether the server is well, for those who watch it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from jobs.serving.answers import answer
from jobs.serving.sessions import Sessions

router = APIRouter()


@router.get("/health", tags=["Server"], summary="Whether the database can be reached")
def health(request: Request) -> Response:
    """200 if the database answers, 503 (as JSON) if it does not. No credential is needed."""
    sessions: Sessions = request.app.state.sessions
    with sessions.reading() as transaction:
        place = transaction.row("status/database.sql")
    return answer({"status": "ok", "revision": place["revision"]})
