"""The file of rejected statements: it can be mended and read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_statements import BASE, ID, valid

from jobs.shell.failures import FileProblem
from jobs.statements.reading import Statement, StatementReader
from jobs.statements.rejected import GrowingRejects, Reject, StatementRejects


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


def test_rejects_that_are_not_read_again_are_added_to_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "grown"
    growing = GrowingRejects(path)
    growing.settle()
    assert growing.close() is None
    assert not path.exists()
    growing = GrowingRejects(path)
    growing.write(Reject(3, b'{"id": 1}', "x", "no"))
    growing.settle()
    assert path.stat().st_mode & 0o777 == 0o600
    (first,) = path.read_bytes().splitlines(keepends=True)
    assert growing.close() == path
    with open(path, "ab") as torn:
        torn.write(first[:20])
    again = GrowingRejects(path)
    again.write(Reject(7, b'{"id": 1}', "x", "no"))
    again.write(Reject(8, b'{"id": 1}', "x", "another reason"))
    again.write(Reject(8, b"{", "x", "no"))
    assert again.close() == path
    whole = path.read_bytes().splitlines(keepends=True)
    assert whole[0] == first
    assert [json.loads(line)["_line"] for line in whole] == [3, 8, 8]
    assert again.written == 3
    for text in ("precious", '{"_line":1}\n', first.decode() + "precious\n"):
        path.write_text(text)
        with pytest.raises(FileProblem, match="is no rejects file: nothing is added to it"):
            GrowingRejects(path)
        assert path.read_text() == text
    with pytest.raises(FileProblem, match="is no regular file"):
        GrowingRejects(tmp_path)
    with pytest.raises(FileProblem, match="cannot be written there"):
        GrowingRejects(tmp_path / "absent" / "x")
