"""The server does what its description says: requests made from it, odd and wrong ones too, and stories of several."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple

import pytest
import schemathesis
from conftest import Http
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import CHECKS, load_all_checks
from uvicorn import Config, Server

from jobs.serving.application import application
from jobs.serving.settings import Settings

load_all_checks()
LOOSE: Final = [CHECKS.get_one(name) for name in ("positive_data_acceptance", "negative_data_rejection")]
"""Of identifiers a schema cannot say all; and what a body has that nobody asks for is passed over on purpose."""


class Described(NamedTuple):
    """A description, and a credential for all that it describes."""

    schema: Any
    auth: tuple[str, str]


def limits(examples: int, **more: Any) -> Any:
    """So many examples of each."""
    phases = [Phase.explicit, Phase.generate]  # a failure is told as it was found: to shrink it takes long
    return settings(
        max_examples=examples, deadline=None, phases=phases, suppress_health_check=list(HealthCheck), **more
    )


def here(case: schemathesis.Case) -> None:
    """There is one organisation that the credential is of."""
    if "organization" in case.path_parameters:
        case.path_parameters["organization"] = "default"


@contextmanager
def in_a_thread(url: str) -> Iterator[str]:
    """A server on a database, in this process; its URL."""
    server = Server(Config(application(Settings(url, per_minute=0)), port=0, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def described(http: Http, database_url: str) -> Iterator[Described]:
    auth = http.credential("schemathesis", "admin")
    with in_a_thread(database_url) as url:
        yield Described(schemathesis.openapi.from_url(f"{url}/openapi.json"), auth)


def ask_each(described: Described, examples: int) -> None:
    """Ask for everything that is described."""
    for found in described.schema.get_all_operations():

        @limits(examples)
        @given(case=found.ok().as_strategy())
        def asked(case: schemathesis.Case) -> None:
            here(case)
            case.call_and_validate(auth=described.auth, excluded_checks=LOOSE)

        asked()


def tell_stories(described: Described, times: int) -> None:
    """Ask for several things one after the other, with what was answered before, five stories at a time."""

    class Stories(described.schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, _: schemathesis.Case) -> dict[str, Any]:
            return {"auth": described.auth}

        def before_call(self, case: schemathesis.Case) -> None:
            here(case)

        def validate_response(self, response: Any, case: schemathesis.Case, **_: Any) -> None:
            case.validate_response(response, excluded_checks=LOOSE, transport_kwargs={"auth": described.auth})

    for _ in range(times):
        with suppress(FlakyStrategyDefinition):  # what one story has left there makes another go on otherwise
            run_state_machine_as_test(Stories, settings=limits(5, stateful_step_count=10))


def test_each_request_is_answered_as_described(described: Described) -> None:
    ask_each(described, 8)
    tell_stories(described, 1)


@pytest.mark.soak
def test_and_each_of_very_many(described: Described) -> None:
    ask_each(described, 300)
    tell_stories(described, 40)
