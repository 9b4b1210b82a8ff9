"""Files of statements, in each form: what is in them, and where they are broken."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import random
import sys
import tracemalloc
import uuid
import zipfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import bson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_statements import json_values, raws

from jobs.reading.packed import zstd
from jobs.shell.failures import FileProblem
from jobs.statements import files as statement_files
from jobs.statements.files import Raw, StatementFile, on_one_line
from jobs.statements.reading import StatementReader


def zipped(*contents: bytes) -> bytes:
    """Each as a member, named after its number."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/x", "x")
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.json", content)
    return out.getvalue()


TWO = [{"id": 1, "text": 'a "[{\\ b'}, {"id": 2, "inner": {"list": [1, {"x": "]}"}]}}]
ONE_LINE = [json.dumps(each) for each in TWO]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("\n".join(ONE_LINE), [1, 2]),
        ("\r\n\r\n".join(ONE_LINE) + "\r\n\n", [1, 3]),
        (json.dumps(TWO), [1, 1]),
        ("\n [\n" + ",\n\n".join(ONE_LINE) + "\n]\n", [3, 5]),
        (json.dumps(TWO, indent=2), [2, 6]),
        (json.dumps({"statements": TWO, "more": ""}), [1, 1]),
        (json.dumps({"more": "/a\\b", "statements": TWO}, indent=1), [4, 8]),
        (json.dumps({"statements": TWO[:1]}) + "\n" + json.dumps({"statements": TWO[1:]}), [1, 2]),
        (json.dumps(TWO[0], indent=2) + "\n" + json.dumps(TWO[1], indent=2), [1, 5]),
        (json.dumps(TWO[:1]) + json.dumps(TWO[1:]), [1, 1]),
        ("[]\n" + json.dumps(TWO[:1], indent=1) + "\n[]" + json.dumps({"statements": TWO[1:]}), [3, 8]),
        (json.dumps({"statements": TWO[:1]}) + json.dumps({"more": "", "statements": TWO[1:]}), [1, 1]),
        ("".join(ONE_LINE), [1, 1]),
        (" {}".format(" ".join(ONE_LINE)), [1, 1]),
        ("[]", []),
        ('{"statements": [], "more": ""}', []),
        ("", []),
        (" \n\n", []),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"])
def test_every_form_of_a_file_gives_the_same_statements(
    tmp_path: Path, content: str, lines: list[int], mark: bytes
) -> None:
    for pack in (bytes, gzip.compress, bz2.compress, zstd.compress, zipped):
        found = raws(tmp_path, pack(mark + content.encode()))
        assert [raw.line for raw in found] == lines
        assert [json.loads(raw.text) for raw in found] == TWO[: len(lines)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize(
    "content",
    [
        "\ufeff%s\n\ufeff%s\n\ufeff",
        "\ufeff%s\n\ufeff\ufeff%s",
        '\ufeff{"statements":[%s]}\n\ufeff{"statements":[%s]}\n',
    ],
)
def test_one_file_behind_another_has_a_mark_between(
    tmp_path: Path, content: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = raws(tmp_path, (content % tuple(ONE_LINE)).replace("\n", end).encode())
    assert [json.loads(raw.text) for raw in found] == TWO
    pretty = "\ufeff" + "\n\ufeff".join(json.dumps(each, indent=1) for each in TWO)
    for block in (1 << 20, *range(5, 12)):
        monkeypatch.setattr(statement_files, "BLOCK_BYTES", block)
        assert [json.loads(raw.text) for raw in raws(tmp_path, pretty.replace("\n", end).encode())] == TWO


@given(
    objects=st.lists(st.dictionaries(st.text(), json_values, max_size=3), max_size=6),
    form=st.sampled_from(["lines", "array", "pretty", "result", "several"]),
    block=st.integers(1, 40),
    ascii_only=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_blocks_may_end_anywhere(
    tmp_path_factory: pytest.TempPathFactory,
    objects: list[dict[str, Any]],
    form: str,
    block: int,
    ascii_only: bool,
) -> None:
    if form == "lines" and objects and "statements" in objects[0]:
        form = "array"
    if form == "lines":
        text = "\n".join(json.dumps(each, ensure_ascii=ascii_only) for each in objects)
    elif form == "several":
        some = json.dumps(objects[:2]) + json.dumps({"more": "", "statements": objects[2:4]})
        text = some + "".join(json.dumps([each], indent=1, ensure_ascii=ascii_only) for each in objects[4:])
    elif form == "result":
        text = json.dumps({"more": "", "statements": objects}, ensure_ascii=ascii_only)
    else:
        text = json.dumps(objects, indent=1 if form == "pretty" else None, ensure_ascii=ascii_only)
    patch = pytest.MonkeyPatch()
    try:
        # The head of a file must hold what comes before the statements of a StatementResult.
        patch.setattr(statement_files, "BLOCK_BYTES", block if form not in ("result", "several") else 40)
        found = raws(tmp_path_factory.mktemp("blocks"), text.encode())
    finally:
        patch.undo()
    assert [json.loads(raw.text) for raw in found] == objects


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("id;name\n1;2\n", "it begins with 'id;name"),
        ('[{"a": 1}\n{"b": 2}]', "line 2: there is '{\"b\": 2}]' where a comma"),
        ('[{"a": 1},\n{"b": ', "line 2: the statement that begins here is cut off"),
        ('[{"a": 1},\n]', "line 2: there is ']' where a statement"),
        ('[{"a": 1}', "the file ends where a comma"),
        ("[]\nmore", "line 2: there is 'more' where another document, or the end"),
        ('{"statements": [{}], "more": 1 2}', 'where "more" or the end of the StatementResult'),
    ],
)
def test_a_file_broken_as_a_whole_says_where(tmp_path: Path, content: str, what: str) -> None:
    with pytest.raises(FileProblem) as raised:
        raws(tmp_path, content.encode())
    assert what in str(raised.value)
    assert "\n" not in str(raised.value)


def test_other_encodings_and_broken_compression_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="UTF-16"):
        raws(tmp_path, json.dumps(TWO).encode("utf-16"))
    noise = "\n".join(
        json.dumps({"x": uuid.UUID(int=random.Random(n).getrandbits(128)).hex}) for n in range(50_000)
    )
    with pytest.raises(FileProblem, match=r"its compression is broken$"):
        raws(tmp_path, gzip.compress(noise.encode())[:-100_000])
    damaged = zipped(noise.encode())
    packed = (bz2.compress(noise.encode()[:9999]), zstd.compress(noise.encode()), damaged, damaged[:-900_000])
    for broken in (each[:-9] for each in packed):
        with pytest.raises(FileProblem, match=r"its compression is broken$"):
            raws(tmp_path, broken)
    with pytest.raises(FileProblem, match="is packed more than once"):
        raws(tmp_path, gzip.compress(zipped(b"{}")))
    with pytest.raises(FileProblem, match="holds no file"):
        raws(tmp_path, zipped())
    with pytest.raises(FileProblem, match="cannot be read: No such file"):
        StatementFile(tmp_path / "absent")


def test_what_is_no_object_is_a_statement_all_the_same_and_costs_no_other(tmp_path: Path) -> None:
    found = raws(tmp_path, b'[1, {"a": 1}, [2], "x,]", nul, {"b": tru}]')
    assert [raw.text for raw in found] == [b"1", b'{"a": 1}', b"[2]", b'"x,]"', b"nul", b'{"b": tru}']
    codes = [getattr(StatementReader().read(raw.text), "code", None) for raw in found]
    assert codes == ["invalid_statement"] * 4 + ["invalid_json"] * 2


def test_statements_on_one_line_are_told_apart() -> None:
    for text, parts in (
        (b'{"a": "}{"} {"b": {}}\r', [b'{"a": "}{"}', b' {"b": {}}']),
        (b'{"a": 1}{"b"}', [b'{"a": 1}{"b"}']),
        (b'{"a": 1}{"b": 1', [b'{"a": 1}{"b": 1']),
        (b"nonsense", [b"nonsense"]),
    ):
        assert on_one_line(Raw(3, text)) == [Raw(3, part) for part in parts]


def test_a_page_of_a_longer_answer_is_told(tmp_path: Path) -> None:
    path = tmp_path / "page"
    for more, told in (("", False), ("/xapi/statements?more=1", True)):
        for content in ({"more": more, "statements": [{}]}, {"statements": [{}], "more": more}):
            path.write_text(json.dumps(content))
            with StatementFile(path) as file:
                assert len(list(file.statements())) == 1
                assert file.is_page is told


@pytest.mark.parametrize("form", ["lines", "array", "result"])
def test_memory_is_bounded(tmp_path: Path, form: str) -> None:
    path = tmp_path / "big"
    begin, between, end = {
        "lines": ("", "\n", ""),
        "array": ("[", ",", "]"),
        "result": ('{"statements":[', ",", "]}"),
    }[form]
    with open(path, "w") as out:
        out.write(begin)
        for n in range(15_000):
            out.write((between if n else "") + json.dumps({"id": n, "text": "x" * 1000}))
        out.write(end)
    tracemalloc.start()
    try:
        with StatementFile(path) as file:
            assert sum(1 for _ in file.statements()) == 15_000
            assert file.bytes_read == file.size == path.stat().st_size
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_what_is_packed_becomes_no_more_than_it_may(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    many = (b'{"a": "' + b"x" * 4000 + b'"}\n') * 600
    for bomb in (gzip.compress(gzip.compress(many)), bz2.compress(many), zstd.compress(many), zipped(many[::2], many)):
        path.write_bytes(bomb)
        with StatementFile(path, max_unpacked=2 << 20) as file:
            found = chain.from_iterable(part.statements() for part in file.parts())
            with pytest.raises(FileProblem) as raised:
                list(found)
        assert str(raised.value) == f"{path}: unpacks to more than 2 MB; --max-unpacked SIZE allows more"


@pytest.mark.parametrize("pack", [bytes, zstd.compress, zipped])
def test_standard_input(tmp_path: Path, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    with open(tmp_path / "in", "w+b") as stream:
        stream.write(pack("\n".join(ONE_LINE).encode()))
        stream.seek(0)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        with StatementFile("-") as file:
            assert (file.name, file.regular) == ("standard input", False)
            assert [json.loads(raw.text) for part in file.parts() for raw in part.statements()] == TWO
        assert not stream.closed
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(FileProblem, match=r"^standard input: is closed$"):
        StatementFile("-")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'[{"customId": "E1", "personas": []}]', "people, not statements: lrs-people migrate people-json reads it"),
        (bson.encode({"_id": bson.ObjectId(b"identifier00"), "ifi": 1}), "people, not statements: lrs-people mig"),
        (bson.encode({"_id": bson.ObjectId(b"identifier00")})[:-1], "document 1 is damaged, or not wholly there"),
        (b"PGDMP\1", "is a dump of PostgreSQL"),
    ],
)
def test_what_holds_no_statements_is_told_as_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    for written in (content, gzip.compress(content)):
        with pytest.raises(FileProblem) as raised:
            raws(tmp_path, written)
        assert what in str(raised.value)


def test_a_statement_without_an_end_stops_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_files, "MAX_STATEMENT_BYTES", 1 << 20)
    for begin in (b'[{"a": "', b'{"a": "'):
        with pytest.raises(
            FileProblem, match="line 1: the statement that begins here has no end within 1 MB"
        ):
            raws(tmp_path, begin + b"x" * (4 << 20))


alike = st.recursive(
    st.sampled_from([1, "", "},{", '},\n{"id":', "é"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a"]), inner, max_size=2),
    max_leaves=8,
)


@given(
    objects=st.lists(st.dictionaries(st.sampled_from(["id", "a"]), alike, max_size=2), max_size=6),
    between=st.sampled_from([",", ",\n", " , ", "\n\n,\t", ", "]),
    other=st.sampled_from([",", ",\n"]),
    block=st.sampled_from([1, 5, 20, 1 << 20]),
    damage=st.none() | st.tuples(st.integers(0, 200), st.sampled_from(["{", "}", "[", "]", '"', ",", "\\", "x", ""])),
)
@settings(max_examples=300, deadline=None)
def test_where_a_statement_ends_is_guessed_as_it_is_found(
    tmp_path_factory: pytest.TempPathFactory,
    objects: list[dict[str, Any]],
    between: str,
    other: str,
    block: int,
    damage: tuple[int, str] | None,
) -> None:
    texts = [json.dumps(each, separators=(",", ":")) for each in objects]
    content = "[" + other.join((between.join(texts[:4]), *texts[4:])) + "]"
    if damage:
        content = content[: damage[0]] + damage[1] + content[damage[0] + 1 :]
    folder = tmp_path_factory.mktemp("guessed")

    def cut(guesses: bool) -> list[Raw] | str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(statement_files, "GUESSES", guesses)
            patch.setattr(statement_files, "BLOCK_BYTES", block)
            try:
                return raws(folder, content.encode())
            except FileProblem as problem:
                return str(problem)

    assert cut(True) == cut(False)
