"""The stories once more, on the oldest PostgreSQL that is supported: the machine's own 15, where it has one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from conftest import Cli, Server, connected
from homes import new_home
from test_commands import (  # noqa: F401 - collected here again
    test_bob_was_two_people_and_sue_nobody,
    test_check_finds_a_record_that_is_wrong,
    test_no_finish_leaves_it_to_finish_batch_updates,
    test_row_by_row_is_a_transaction_a_line,
    test_the_history,
    test_the_summary_says_where_and_from_whom_to_whom,
)
from test_exports import test_export_and_import_give_the_same_people  # noqa: F401
from test_organisations import (  # noqa: F401
    test_an_organisation_may_fold_the_case_of_mailboxes,
    test_two_organisations_never_mix,
)
from test_reports_and_model import test_every_question_has_the_model_s_answer  # noqa: F401
from test_unchanged_lines import hold
from worlds import SEED

from sql import embedded

PROGRAMS = Path("/usr/lib/postgresql/15/bin")

pytestmark = pytest.mark.skipif(not (PROGRAMS / "initdb").exists(), reason="this machine has no PostgreSQL 15")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of PostgreSQL 15 instead of the embedded one."""
    home = new_home()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "_candidates", lambda: iter([(PROGRAMS, False)]))
        with embedded.running(home) as running:
            yield Server(running)
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def migrated(server: Server) -> str:
    url = server.create_database()
    with connected(url):
        pass
    return url


def test_this_is_15(server: Server) -> None:
    with psycopg.connect(server.url()) as connection:
        assert connection.info.server_version // 10000 == 15


def test_nights(cli: Cli, database_url: str) -> None:
    assert hold(cli, database_url, SEED, 20, renames=True) > 20
