"""A step that cannot be run is named by its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sql import database
from sql.database import DatabaseError, Transaction, connected

WAYS: dict[str, Callable[[Transaction], object]] = {
    "run": lambda transaction: transaction.run("faulty"),
    "step": lambda transaction: transaction.step("faulty/10_misspelt.sql"),
    "rows": lambda transaction: transaction.rows("faulty/10_misspelt.sql"),
    "execute": lambda transaction: transaction.execute("faulty/10_misspelt.sql"),
    "stream": lambda transaction: list(transaction.stream("faulty/10_misspelt.sql")),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_misspelt_step_is_named(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    (tmp_path / "faulty").mkdir()
    (tmp_path / "faulty/10_misspelt.sql").write_text("SELECT 1,, 2")
    with connected(database_url) as opened:
        monkeypatch.setattr(database, "HERE", tmp_path)
        database.steps.cache_clear()
        with (
            pytest.raises(DatabaseError, match=r"sql/faulty/10_misspelt\.sql: syntax error"),
            opened.begin() as transaction,
        ):
            WAYS[way](transaction)
    database.steps.cache_clear()
    database._text.cache_clear()
