"""The ASGI application: all that the server answers, put together."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Final

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute

from jobs.serving import documentation, health
from jobs.serving.access import Access
from jobs.serving.answers import UNFORESEEN, Problem, problem_of
from jobs.serving.health import Metrics
from jobs.serving.kept import Kept
from jobs.serving.outermost import Outermost
from jobs.serving.people_api import groups, people
from jobs.serving.people_api.lists import Lists
from jobs.serving.personas_api import reading as personas_reading
from jobs.serving.personas_api import writing as personas_writing
from jobs.serving.personas_api.writing import MERGES
from jobs.serving.sessions import READS, WRITES, Sessions
from jobs.serving.settings import Settings
from jobs.serving.turns import Turns
from jobs.serving.uploads import routes as uploads
from jobs.serving.uploads.routes import KEPT_AT_A_TIME
from jobs.serving.writers import Finisher, Writers
from jobs.serving.xapi import routes as xapi
from jobs.statements.together import Together

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router, documentation.router, people.router, groups.router, personas_reading.router, personas_writing.router,
    xapi.router, uploads.router,
)  # fmt: skip
"""All that can be asked. What is of an organisation begins with `/api/organizations/{organization}`; but in Learning
Locker's addresses there is none: it is the credential's.
"""


def application(settings: Settings) -> FastAPI:
    """The application of a process; it has sessions of the database while it lives."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = READS + WRITES
        with ExitStack() as alive:
            alive.callback(app.state.sessions.close)
            alive.callback(app.state.finisher.close)
            alive.callback(app.state.loads.close)
            alive.callback(app.state.writers.close)
            alive.enter_context(app.state.sessions.shown())
            yield

    app = documentation.Described(
        title="lrs-people",
        version=version("import-people"),
        lifespan=life,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.sessions = Sessions(settings)
    app.state.finisher = Finisher(app.state.sessions.database)
    app.state.writers = Writers(app.state.sessions.database, app.state.finisher, patience=settings.patience)
    app.state.access = Access(app.state.sessions, app.state.writers, settings)
    database = app.state.sessions.database
    app.state.loads = Kept(lambda organisation: Together(database, organisation, settings.patience))
    app.state.metrics = Metrics()
    app.state.lists = Lists()
    app.state.coming = Counter[int]()
    app.state.keeping = Turns(asyncio.Semaphore(KEPT_AT_A_TIME))
    for router in ROUTERS:
        app.include_router(router)
    declared = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    heads = [*_heads(declared)]
    app.router.routes.extend(heads)
    app.state.declared = [*declared, *heads]
    for kind in (404, 405, Problem, RequestValidationError):
        app.exception_handler(kind)(_told)
    app.add_middleware(Outermost, settings=settings, metrics=app.state.metrics)
    return app


def _heads(declared: Iterable[APIRoute]) -> Iterator[APIRoute]:
    """HEAD is answered wherever GET is, but where that changes something."""
    for route in declared:
        if "GET" in (route.methods or ()) and route.path != MERGES:
            kind, also = type(route), route.dependencies
            yield kind(route.path, route.endpoint, methods=["HEAD"], dependencies=also, include_in_schema=False)


async def _told(request: Request, error: Exception) -> Response:
    problem = problem_of(error) or UNFORESEEN
    if problem.status == 405:
        here = (route for route in request.app.state.declared if route.path_regex.match(request.scope["path"]))
        problem.headers["Allow"] = ", ".join(sorted({method for route in here for method in route.methods}))
    return problem.answer(request.scope)
