"""A step that cannot be run is named by its file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sql import batch, database, few, one_change
from sql.database import Transaction, connected
from sql.errors import BrokenPromise, DatabaseError
from sql.steps import steps

WAYS: dict[str, Callable[[Transaction], object]] = {
    "step": lambda transaction: transaction.step("faulty/10_misspelt.sql"),
    "rows": lambda transaction: transaction.rows("faulty/10_misspelt.sql"),
    "execute": lambda transaction: transaction.execute("faulty/10_misspelt.sql"),
    "stream": lambda transaction: list(transaction.stream("faulty/10_misspelt.sql")),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_misspelt_step_is_named(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    (tmp_path / "faulty").mkdir()
    (tmp_path / "faulty/10_misspelt.sql").write_text("SELECT 1,, 2")
    with connected(database_url) as opened:
        monkeypatch.setattr(database, "HERE", tmp_path)
        with (
            pytest.raises(DatabaseError, match=r"cannot run sql/faulty/10_misspelt\.sql \(--debug"),
            opened.begin() as transaction,
        ):
            WAYS[way](transaction)
    database._text.cache_clear()


def test_a_misspelt_step_of_one_change_is_named(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function that a session has of all steps is made of many files."""
    step = replace(
        steps("settle/10_affected_groups")[0], query="SELECT 1 / (SELECT 0) AS group_id", needs=(frozenset(),)
    )
    monkeypatch.setattr(one_change, "job", lambda *_: (step,))
    one = one_change.OneAtATime((), "staging", {}, organisation=1, varies={})
    with connected(database_url) as opened, opened.session() as session:
        one.prepare(session)
        with (
            pytest.raises(DatabaseError, match="division by zero in sql/settle/10_affected_groups"),
            session.begin() as transaction,
        ):
            one.change(transaction, 1, {})


@pytest.mark.parametrize("way", ["batch", "few", "one change"])
def test_what_would_not_hold_any_more_is_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """A check with an offender stops what it belongs to, however its steps are run."""
    (check,) = steps("settle/30_person_has_a_persona.check")
    broken = replace(check, query="SELECT 7 AS person_id", reads=frozenset(), needs=(frozenset(),))
    refused = pytest.raises(BrokenPromise, match="for 7 it would not hold any more that person has a persona")
    with connected(database_url) as opened:
        if way != "one change":
            monkeypatch.setattr(batch, "steps", lambda _: (broken,))
            runner = batch.Batch if way == "batch" else few.Few
            with refused, opened.begin() as transaction:
                runner(transaction, organisation=1).run("settle")
        else:
            monkeypatch.setattr(one_change, "job", lambda *_: (broken,))
            one = one_change.OneAtATime((), "staging", {}, organisation=1, varies={})
            with opened.session() as session:
                one.prepare(session)
                with refused, session.begin() as transaction:
                    one.change(transaction, 1, {})
