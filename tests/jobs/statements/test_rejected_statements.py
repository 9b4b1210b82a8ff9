"""The file of rejected statements: it can be mended and read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_statements import BASE, ID, valid

from jobs.shell.failures import FileProblem
from jobs.statements.reading import Statement, StatementReader
from jobs.statements.rejected import Reject, StatementRejects


def test_a_rejects_file_can_be_mended_and_read(tmp_path: Path) -> None:
    path = tmp_path / "s.rejects.jsonl"
    rejects = StatementRejects(path)
    rejects.write(
        Reject(
            3, json.dumps({**BASE, "result": {"success": "yes"}}, indent=1).encode(), "invalid_result", "no"
        )
    )
    rejects.write(Reject(4, b'{"id": \xff', "invalid_json", "no"))
    assert rejects.close() == path
    assert path.stat().st_mode & 0o777 == 0o600
    first, second = map(json.loads, path.read_text().splitlines())
    assert (first["_line"], first["_code"], first["statement"]["id"]) == (3, "invalid_result", ID)
    assert second["statement"] == '{"id": �'
    again = [StatementReader().read(line) for line in path.read_bytes().splitlines()]
    assert [getattr(found, "code", None) for found in again] == ["invalid_result", "invalid_json"]
    # Rejected again, it is not wrapped twice.
    twice = StatementRejects(path)
    for line in path.read_bytes().splitlines():
        twice.write(Reject(1, line, "x", "y"))
    twice.close()
    assert [json.loads(line)["statement"] for line in path.read_bytes().splitlines()] == [
        first["statement"],
        second["statement"],
    ]
    first["statement"]["result"]["success"] = True
    mended = StatementReader().read(json.dumps(first).encode())
    assert isinstance(mended, Statement)
    assert mended == valid(result={"success": True})


def test_no_rejects_no_file(tmp_path: Path) -> None:
    path = tmp_path / "s.rejects.jsonl"
    path.write_text('{"_line":1,"_code":"invalid_json","_message":"no","statement":"x"}\n')
    unused = StatementRejects(path)
    unused.discard()
    assert list(tmp_path.iterdir()) == [path]
    assert StatementRejects(path).close() is None
    assert list(tmp_path.iterdir()) == []


def test_a_place_for_rejects_that_cannot_be_is_refused(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    more = '{"_line":1,"_code":"","_message":"","statement":1,"more":2}'
    for text in ('{"_line":1}', '{"_line":', more, "[" * 99999):
        precious.write_text(text)
        with pytest.raises(FileProblem, match="is no rejects file"):
            StatementRejects(precious)
        assert precious.read_text() == text
    precious.write_text("text")
    facts = precious.stat()
    with pytest.raises(FileProblem, match="is no rejects file"):
        StatementRejects(precious)
    with pytest.raises(FileProblem, match="is an input"):
        StatementRejects(precious, {(facts.st_dev, facts.st_ino)})
    with pytest.raises(FileProblem, match="is no regular file"):
        StatementRejects(tmp_path)
    with pytest.raises(FileProblem, match="cannot be written there"):
        StatementRejects(tmp_path / "absent" / "x")
    assert precious.read_text() == "text"
