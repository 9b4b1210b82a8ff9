"""Whether the server is well, for those who watch it: `/health` and `/metrics`."""

from __future__ import annotations

import os
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from jobs.serving.answers import answer
from jobs.serving.sessions import Sessions

TOGETHER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which processes add up what they count; its name is the library's."""
SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
"""What requests take, in groups up to these."""

router = APIRouter(tags=["Server"])


class Metrics:
    """What a process counts of its requests."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "lrs_people_requests", "Requests that were answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "lrs_people_request_seconds", "What they took.", ("route",), buckets=SECONDS, registry=self.registry
        )
        self._of: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request more, of an address as it is declared."""
        of = method, route, status
        if (counted := self._of.get(of)) is None:
            counted = self._requests.labels(method, route, str(status)), self._seconds.labels(route)
            self._of[of] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def text(self) -> bytes:
        """As Prometheus reads it: of all processes, where they add up."""
        registry = self.registry
        if TOGETHER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


@router.get("/health", summary="Whether the database can be reached")
def health(request: Request) -> Response:
    """200 if the database answers, 503 (as JSON) if it does not. No credential is needed."""
    sessions: Sessions = request.app.state.sessions
    (place,) = sessions.rows("status/database.sql")
    return answer({"status": "ok", "revision": place["revision"]})


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
def metrics(request: Request) -> Response:
    """How many requests were answered, how, and what they took, over all processes. No credential is needed."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
