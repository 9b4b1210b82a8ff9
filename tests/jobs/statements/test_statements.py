"""Files of statements: what is one, where each statement begins, and what is kept of it or wrong with it."""

from __future__ import annotations

import gzip
import json
import random
import time
import tracemalloc
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity.problems import PROBLEMS, message
from jobs.shell.failures import FileProblem
from jobs.statements import files as statement_files
from jobs.statements.files import Raw, StatementFile
from jobs.statements.reading import VOIDED, Rejected, Statement, StatementReader, repeated_key, seconds
from jobs.statements.rejected import Reject, StatementRejects

ID = "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
OTHER_ID = "e05aa883-acaf-40ad-bf54-02c8ce485fb0"
BASE: dict[str, Any] = {
    "id": ID,
    "actor": {"mbox": "mailto:bob@corp.example", "name": "Bob"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en": "completed"}},
    "object": {"id": "https://lms.corp.example/courses/1"},
    "timestamp": "2026-01-31T09:30:00Z",
}


def read(**changes: Any) -> Statement | Rejected:
    """BASE with these properties; None leaves one out."""
    kept = {key: value for key, value in {**BASE, **changes}.items() if value is not None}
    return StatementReader().read(json.dumps(kept).encode())


def valid(**changes: Any) -> Statement:
    found = read(**changes)
    assert isinstance(found, Statement), found
    return found


def raws(tmp_path: Path, content: bytes) -> list[Raw]:
    path = tmp_path / "statements"
    path.write_bytes(content)
    with StatementFile(path) as file:
        return list(file.statements())


# --- the file ----------------------------------------------------------------------------------------

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
        ("[]", []),
        ('{"statements": [], "more": ""}', []),
        ("", []),
        (" \n\n", []),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_form_of_a_file_gives_the_same_statements(
    tmp_path: Path, content: str, lines: list[int], mark: bytes, packed: bool
) -> None:
    data = mark + content.encode()
    found = raws(tmp_path, gzip.compress(data) if packed else data)
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


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(
    objects=st.lists(st.dictionaries(st.text(), json_values, max_size=3), max_size=6),
    form=st.sampled_from(["lines", "array", "pretty", "result"]),
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
    elif form == "result":
        text = json.dumps({"more": "", "statements": objects}, ensure_ascii=ascii_only)
    else:
        text = json.dumps(objects, indent=1 if form == "pretty" else None, ensure_ascii=ascii_only)
    patch = pytest.MonkeyPatch()
    try:
        # The head of a file must hold what comes before the statements of a StatementResult.
        patch.setattr(statement_files, "BLOCK_BYTES", block if form != "result" else 40)
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
        ("[]\nmore", "line 2: there is 'more' where nothing after the end of the array"),
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
    with pytest.raises(FileProblem, match="cannot be read: No such file"):
        StatementFile(tmp_path / "absent")


def test_what_is_no_object_is_a_statement_all_the_same_and_costs_no_other(tmp_path: Path) -> None:
    found = raws(tmp_path, b'[1, {"a": 1}, [2], "x,]", nul, {"b": tru}]')
    assert [raw.text for raw in found] == [b"1", b'{"a": 1}', b"[2]", b'"x,]"', b"nul", b'{"b": tru}']
    codes = [getattr(StatementReader().read(raw.text), "code", None) for raw in found]
    assert codes == ["invalid_statement"] * 4 + ["invalid_json"] * 2


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


# --- one statement -----------------------------------------------------------------------------------


def test_what_is_kept() -> None:
    kept = valid(
        id=ID.upper(),
        timestamp="2026-01-31T09:30:00.1234567+01:00",
        result={
            "completion": True,
            "success": False,
            "score": {"scaled": -0.25, "raw": 3, "min": 0},
            "duration": "PT1M0.50S",
        },
    )
    assert kept._replace(digest=b"") == Statement(
        id=ID,
        persona=kept.persona,
        voids=None,
        activity="https://lms.corp.example/courses/1",
        verb="http://adlnet.gov/expapi/verbs/completed",
        completion=True,
        success=False,
        score="-0.25",
        seconds="60.50",
        at="2026-01-31T08:30:00.123456+00:00",
        digest=b"",
    )
    assert tuple(kept.persona or ()) == ("mbox", "mailto:bob@corp.example", None, None, "Bob")


def test_an_actor_keeps_how_it_was_written_and_what_it_is_nearly() -> None:
    account = {"account": {"homePage": "HTTP://LMS.corp.example/", "name": "E1"}}
    persona = valid(actor=account).persona
    assert persona is not None
    assert persona.ifi == "http://lms.corp.example/ E1"
    assert persona.near == "https://lms.corp.example e1"
    assert persona.as_written == "HTTP://LMS.corp.example/ E1"
    assert persona.name is None
    folding = StatementReader(fold_mailbox_case=True).read(
        json.dumps({**BASE, "actor": {"mbox": "mailto:BOB@corp.example"}}).encode()
    )
    assert isinstance(folding, Statement)
    assert folding.persona
    assert folding.persona.ifi == "mailto:bob@corp.example"


def test_only_the_actor_counts() -> None:
    group = {
        "objectType": "Group",
        "mbox": "mailto:team@corp.example",
        "member": [{"mbox": "mailto:a@b.example"}],
    }
    persona = valid(actor=group).persona
    assert persona
    assert persona.ifi == "mailto:team@corp.example"
    assert valid(actor={"objectType": "Group", "member": [{"mbox": "mailto:a@b.example"}]}).persona is None


@pytest.mark.parametrize(
    "about",
    [
        {"objectType": "Agent", "mbox": "mailto:a@b.example"},
        {"objectType": "Group", "member": [{"mbox": "mailto:a@b.example"}]},
        {"objectType": "StatementRef", "id": OTHER_ID},
        {
            "objectType": "SubStatement",
            "actor": BASE["actor"],
            "verb": BASE["verb"],
            "object": BASE["object"],
        },
    ],
)
def test_an_object_that_is_no_activity_is_the_empty_iri(about: dict[str, Any]) -> None:
    kept = valid(object=about)
    assert kept.activity == ""
    assert kept.voids is None


def test_voiding() -> None:
    voiding = valid(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": OTHER_ID.upper()})
    assert voiding.voids == OTHER_ID
    wrong = read(verb={"id": VOIDED})
    assert isinstance(wrong, Rejected)
    assert wrong.code == "invalid_statement"


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"id": "abc"}, "invalid_statement", 'its id is "abc", no UUID'),
        ({"id": 7}, "invalid_statement", "its id is 7, no UUID"),
        ({"actor": None}, "invalid_statement", "it has no actor"),
        ({"actor": {"name": "Bob"}}, "invalid_actor", "no identifier"),
        ({"actor": {"mbox": "bob@corp.example"}}, "invalid_actor", "mailto:"),
        (
            {"actor": {"mbox": "mailto:b@c.example", "member": 1, "openid": "http://a.b"}},
            "invalid_actor",
            "more than one",
        ),
        ({"verb": None}, "invalid_statement", "it has no verb"),
        ({"verb": {"display": {}}}, "invalid_statement", "its verb's id is missing"),
        ({"verb": {"id": "completed"}}, "invalid_statement", '"completed" does not begin with a scheme'),
        ({"object": None}, "invalid_statement", "its object is missing"),
        ({"object": "x"}, "invalid_statement", 'its object is "x", not an object'),
        ({"object": {"id": "http://a b"}}, "invalid_statement", "contains a space"),
        ({"object": {"id": "http://a\0"}}, "invalid_statement", "contains NUL"),
        ({"object": {"id": "http://a/" + "é" * 1000}}, "too_long", "its object's id has 2,009 bytes"),
        (
            {"object": {"objectType": "activity", "id": "http://a"}},
            "invalid_statement",
            'objectType is "activity"',
        ),
        ({"object": {"objectType": "StatementRef", "id": "x"}}, "invalid_statement", "no UUID"),
        ({"object": {"objectType": "SubStatement", "id": ID}}, "invalid_statement", 'no property "id"'),
        ({"result": []}, "invalid_result", "it is a list, not an object"),
        ({"result": {"Completion": True}}, "invalid_result", 'no property "Completion"'),
        ({"result": {"completion": "true"}}, "invalid_result", 'completion is "true"'),
        ({"result": {"success": 1}}, "invalid_result", "success is 1"),
        ({"result": {"score": {"scaled": 1.01}}}, "invalid_result", "1.01 is not between -1 and 1"),
        ({"result": {"score": {"scaled": "1"}}}, "invalid_result", 'scaled is "1", no number'),
        ({"result": {"score": {"scaled": True}}}, "invalid_result", "scaled is true, no number"),
        ({"result": {"score": {"raw": 11, "max": 10}}}, "invalid_result", "raw 11 is not between"),
        ({"result": {"score": {"min": 1, "max": 1}}}, "invalid_result", "min 1 is not less than"),
        ({"result": {"duration": "1h"}}, "invalid_result", 'duration is "1h"'),
        ({"result": {"duration": 60}}, "invalid_result", "duration is 60"),
        ({"timestamp": "yesterday"}, "invalid_timestamp", "not written as a date and a time"),
        ({"timestamp": "2026-01-31"}, "invalid_timestamp", "not written as a date and a time"),
        ({"timestamp": "2026-02-30T00:00:00Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "2026-13-01T00:00Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "0000-01-01T00:00Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "2026-01-31T10:61:00"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "20260131T1061+0100"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "2026-01-31T10:00:00+25:00"}, "invalid_timestamp", "there is no such offset from UTC"),
        ({"timestamp": "20260131T1000-2400"}, "invalid_timestamp", "there is no such offset from UTC"),
        ({"timestamp": "0001-01-01T00:00:00+01:00"}, "invalid_timestamp", "not within the years 1 to 9999"),
        ({"timestamp": "2026-01-31T24:00:01Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "2026-01-31T24:30Z"}, "invalid_timestamp", "there is no such day or time of day"),
        ({"timestamp": "9999-12-31T24:00Z"}, "invalid_timestamp", "not within the years 1 to 9999"),
        ({"timestamp": 5}, "invalid_timestamp", "it is no text"),
        ({"timestamp": "2026-01-31T10:00:00-00:00"}, "invalid_timestamp", "no offset -00:00: UTC is Z or +00:00"),
        ({"timestamp": "20260131T1000-0000"}, "invalid_timestamp", "there is no offset -0000"),
        ({"timestamp": "2026-01-31T10:00-00"}, "invalid_timestamp", "there is no offset -00:"),
        ({"stored": "2026-01-31T10:00-00:00", "timestamp": None}, "invalid_timestamp", "there is no offset -00:00"),
        ({"timestamp": "2026-01-31T10:00:00+01:60"}, "invalid_timestamp", "there is no such offset from UTC"),
        ({"timestamp": "20260131T1000-0199"}, "invalid_timestamp", "there is no such offset from UTC"),
        ({"timestamp": "2026-W05-6T10:00Z"}, "invalid_timestamp", "it gives the week, where month and day belong"),
        ({"timestamp": "2026W05"}, "invalid_timestamp", "it gives the week"),
        ({"timestamp": "2026-031T10:00Z"}, "invalid_timestamp", "it gives the day of the year, where"),
        ({"verb": {"id": "http://a.b", "Display": {}}}, "invalid_statement", 'its verb has "Display"'),
        ({"object": {"id": "http://a.b", "objecttype": "Agent"}}, "invalid_statement", 'its object has "objecttype"'),
        ({"object": {"id": "http://a.b", "ID": "http://a.c"}}, "invalid_statement", 'which is written "id"'),
        ({"object": {"objectType": "StatementRef", "id": ID, "Id": ID}}, "invalid_statement", 'its object has "Id"'),
        ({"object": {"objectType": "Agent", "MBox": "mailto:a@b.example"}}, "invalid_statement", 'it has "MBox"'),
        ({"actor": {"mbox": "mailto:a@b.example", "Name": "A"}}, "invalid_actor", 'it has "Name"'),
        (
            {"object": {"objectType": "SubStatement", **{key: BASE[key] for key in ("actor", "verb")},
                        "object": {"objectType": "StatementRef", "id": ID, "ID": 1}}},
            "invalid_statement",
            'its object has "ID"',
        ),
        ({"version": "0.95"}, "invalid_statement", 'version is "0.95"'),
        ({"Result": {}}, "invalid_statement", 'no property "Result"'),
        ({"result": {"response": [None]}}, "invalid_statement", "its result.response.0 is null"),
    ],
)
def test_what_is_invalid_and_why(changes: dict[str, Any], code: str, detail: str) -> None:
    found = read(**changes)
    assert isinstance(found, Rejected), found
    assert found.code == code
    assert detail in found.detail
    assert found.code in PROBLEMS
    sentence = message(found.code, value=found.value, detail=found.detail)
    assert "\n" not in sentence


def test_strange_keys_are_passed_over_where_they_are_none_of_xapi_s() -> None:
    for part in ("actor", "verb", "object"):
        valid(**{part: {**BASE[part], "x": 1, "ids": 2, "": 3}})


HALF = '"\\ud83d"'  # of a surrogate pair, as JSON can have it


def spelt(**parts: str) -> bytes:
    """BASE as JSON, with these parts as they are written here."""
    written = {**{key: json.dumps(value) for key, value in BASE.items()}, **parts}
    return ("{" + ", ".join(f'"{key}": {text}' for key, text in written.items()) + "}").encode()


@pytest.mark.parametrize(
    ("part", "text", "other"),
    [
        ("result", '{"response": %s}', HALF),
        ("result", '{"extensions": {"http://x.example": [%s]}}', "1e999"),
        ("result", '{"extensions": {"http://x.example": %s}}', "-" + "9" * 5000),
        ("result", '{"score": {"raw": %s}}', "1e400"),
        ("context", '{"platform": %s}', HALF),
        ("context", '{"extensions": {%s: 1}}', '"\\uDC00\\ud800"'),
        ("context", '{"team": {"objectType": "Group", "mbox": "mailto:a@b.example", "name": %s}}', HALF),
        ("object", '{"objectType": "Agent", "mbox": "mailto:a@b.example", "name": %s}', HALF),
        ("actor", '{"objectType": "Group", "member": [{"mbox": "mailto:a@b.example", "name": %s}]}', HALF),
    ],
)
def test_what_no_text_or_number_holds_does_no_harm_where_nothing_is_kept(part: str, text: str, other: str) -> None:
    """But it counts when statements are compared."""
    reader = StatementReader()
    fine = "1" if other[-1] != '"' else '"a"'
    found, again, another = (
        reader.read(spelt(**{part: text.replace("%s", value)})) for value in (other, other, fine)
    )
    assert isinstance(found, Statement), found
    assert isinstance(another, Statement), another
    assert found == again
    assert found.digest != another.digest


@pytest.mark.parametrize("part", ["definition", "display", "authority", "attachments"])
def test_it_may_stand_where_nothing_is_compared(part: str) -> None:
    inner = f'{{"name": {{"en": {HALF}}}, "x": 1e999, "display": {HALF}}}'
    where = {
        "definition": {"object": f'{{"id": "https://lms.corp.example/courses/1", "definition": {inner}}}'},
        "display": {"verb": f'{{"id": "{BASE["verb"]["id"]}", "display": {inner}}}'},
        "authority": {"authority": inner},
        "attachments": {"attachments": f"[{inner}]"},
    }
    assert StatementReader().read(spelt(**where[part])) == valid()


@pytest.mark.parametrize(
    ("parts", "code", "detail"),
    [
        ({"id": HALF}, "invalid_statement", "no UUID"),
        ({"actor": f'{{"mbox": "mailto:a@b.example", "name": {HALF}}}'}, "invalid_actor", "its name contains U+D83D"),
        ({"actor": '{"account": {"homePage": "http://x.example", "name": "u\\udc00"}}'}, "invalid_actor", "U+DC00"),
        ({"actor": '{"mbox": "mailto:\\ud83d@b.example"}'}, "invalid_actor", "U+D83D"),
        ({"object": '{"id": "http://a.example/\\ud83d"}'}, "invalid_statement", "contains U+D83D"),
        ({"verb": '{"id": 1e999}'}, "invalid_statement", "its verb's id is 1e999, no IRI"),
        ({"timestamp": HALF}, "invalid_timestamp", "not written as a date"),
        ({"result": '{"score": {"scaled": 1e999}}'}, "invalid_result", "scaled 1e999 is not between -1 and 1"),
        ({"result": '{"score": {"raw": -1e400, "min": 0}}'}, "invalid_result", "raw -1e400 is not between"),
        ({"result": '{"score": {"raw": NaN}}'}, "invalid_json", "it goes wrong"),
        ({"context": '{"a": Infinity}'}, "invalid_json", "it goes wrong"),
        ({"context": '{"a": "\\ud83"}'}, "invalid_json", "it goes wrong"),
        ({"context": f'{{"a": {HALF}, "b": null}}'}, "invalid_statement", "its context.b is null"),
        ({"context": f'{{"\\ud83d": 1, "x": {HALF}, "\\uD83D": 1}}'}, "invalid_statement", "twice"),
    ],
)
def test_it_is_wrong_where_something_is_kept(parts: dict[str, str], code: str, detail: str) -> None:
    found = StatementReader().read(spelt(**parts))
    assert isinstance(found, Rejected), found
    assert found.code == code
    assert detail in found.detail
    assert message(found.code, value=found.value, detail=found.detail).isprintable()


def test_it_survives_the_rejects_file(tmp_path: Path) -> None:
    path = tmp_path / "s.rejects.jsonl"
    rejects = StatementRejects(path)
    rejects.write(Reject(1, spelt(context=f'{{"platform": {HALF}}}', timestamp='"x"'), "invalid_timestamp", "no"))
    rejects.close()
    mended = json.loads(path.read_bytes())
    mended["statement"] = mended["statement"].replace('"x"', json.dumps(BASE["timestamp"]))
    found = StatementReader().read(json.dumps(mended).encode())
    assert found == StatementReader().read(spelt(context=f'{{"platform": {HALF}}}'))
    assert isinstance(found, Statement)
    for half in (HALF, '{"a": ' + HALF + "}"):
        wrapped = f'{{"_line": 1, "_code": "x", "_message": "y", "statement": {half}}}'
        assert isinstance(StatementReader().read(wrapped.encode()), Rejected)


def test_null_is_allowed_in_extensions_and_other_versions_are_fine() -> None:
    valid(
        result={"extensions": {"http://x.example/a": None}},
        context={"extensions": {"http://x.example/a": [None]}},
    )
    for version in ("1.0", "1.0.0", "1.0.3", "2.0.0"):
        valid(version=version)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31t09:30:00z", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31 09:30", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31T09:30:00", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31T09:30:00,5-05:30", "2026-01-31T15:00:00.500000+00:00"),
        ("20260131T093000+0100", "2026-01-31T08:30:00+00:00"),
        ("2026-01-31T09:30:00+23:59", "2026-01-30T09:31:00+00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00"),
        ("2016-12-31T24:00:00Z", "2017-01-01T00:00:00+00:00"),
        ("2016-12-31t24:00", "2017-01-01T00:00:00+00:00"),
        ("20161231T240000.0+0100", "2016-12-31T23:00:00+00:00"),
        ("2016-12-31T18:59:60.25-05:00", "2017-01-01T00:00:00.250000+00:00"),
    ],
)
def test_times_become_utc(text: str, utc: str) -> None:
    assert valid(timestamp=text).at == utc


def test_stored_stands_in_for_a_timestamp() -> None:
    assert valid(stored="2026-03-01T00:00:00Z").at == "2026-01-31T09:30:00+00:00"
    assert valid(timestamp=None, stored="2026-03-01T00:00:00Z").at == "2026-03-01T00:00:00+00:00"
    assert valid(timestamp=None).at is None


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("PT4H35M59.14S", "16559.14"),
        ("P16559.14S", "16559.14"),
        ("P3Y1M29DT4H35M59.14S", str(3 * 365 * 86400 + 30 * 86400 + 29 * 86400) + "+16559.14"),
        ("P3Y", str(3 * 365 * 86400)),
        ("P4W", str(28 * 86400)),
        ("P0.5W", str(7 * 43200)),
        ("PT1,5H", "5400"),
        ("PT0S", "0"),
        ("PT0.1S", "0.1"),
        ("P1DT1S", "86401"),
    ],
)
def test_durations_are_exact(duration: str, expected: str) -> None:
    found = seconds(duration)
    assert found is not None
    assert Decimal(found) == sum(map(Decimal, expected.split("+")))


@pytest.mark.parametrize(
    "duration",
    [
        "P",
        "PT",
        "P1",
        "1H",
        "P1DT",
        "P4W1D",
        "PT1.5H1M",
        "PT1H1H",
        "PT1M1H",
        "-PT1H",
        "PT-1H",
        "PT1.S",
        "PT.5S",
        "pt1h",
        "PT1H_",
        "PT١S",
        "P0003-06-04T12:30:05",
        "",
        "PT1H ",
        "PT1H\n",
        f"PT{'1' * 100}S",
    ],
)
def test_other_durations_are_none(duration: str) -> None:
    assert seconds(duration) is None


@given(st.integers(0, 10**30), st.integers(0, 99), st.text("0123456789", min_size=1, max_size=30))
def test_a_duration_loses_no_digit(days: int, hours: int, fraction: str) -> None:
    found = seconds(f"P{days}DT{hours}H1.{fraction}S")
    assert found is not None
    whole, _, digits = found.partition(".")
    assert int(whole) == days * 86400 + hours * 3600 + 1
    assert digits == fraction


# --- the same statement ------------------------------------------------------------------------------

GROUP = {
    "objectType": "Group",
    "mbox": "mailto:team@corp.example",
    "member": [{"mbox": "mailto:a@corp.example"}, {"mbox": "mailto:b@corp.example"}],
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {},
            {
                "stored": "2026-02-01T00:00:00Z",
                "authority": {"mbox": "mailto:lrs@corp.example"},
                "version": "1.0.3",
            },
        ),
        ({}, {"verb": {"id": BASE["verb"]["id"], "display": {"de": "hat abgeschlossen"}}}),
        ({}, {"object": {**BASE["object"], "objectType": "Activity", "definition": {"name": {"en": "One"}}}}),
        ({}, {"actor": {"mbox": "mailto:bob@CORP.example", "name": "Bob", "objectType": "Agent"}}),
        ({}, {"attachments": []}),
        ({"actor": GROUP}, {"actor": {**GROUP, "member": GROUP["member"][::-1]}}),
        ({"result": {"duration": "PT1.231S"}}, {"result": {"duration": "PT1.239S"}}),
        (
            {"context": {"contextActivities": {"parent": {"id": "http://a.example"}}}},
            {"context": {"contextActivities": {"parent": [{"id": "http://a.example", "definition": {}}]}}},
        ),
        ({"context": {"team": GROUP}}, {"context": {"team": {**GROUP, "member": GROUP["member"][::-1]}}}),
    ],
)
def test_what_an_lrs_may_give_or_change_makes_no_other_statement(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert valid(**one).digest == valid(**other).digest
    assert valid(id=None, **one).id == valid(id=None, **other).id


@pytest.mark.parametrize(
    "other",
    [
        {"actor": {"mbox": "mailto:Bob@corp.example", "name": "Bob"}},
        {"actor": {"mbox": "mailto:bob@corp.example", "name": "Robert"}},
        {"actor": {"objectType": "Group", "mbox": "mailto:bob@corp.example", "name": "Bob"}},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/passed"}},
        {"object": {"id": "https://lms.corp.example/courses/1/"}},
        {"result": {"success": True}},
        {"result": {}},
        {"context": {"platform": "LMS"}},
        {"object": {"objectType": "StatementRef", "id": OTHER_ID}},
    ],
)
def test_everything_else_makes_another(other: dict[str, Any]) -> None:
    assert valid().digest != valid(**other).digest
    assert valid(id=None).id != valid(id=None, **other).id


@pytest.mark.parametrize(
    ("actor", "context", "identity", "ifi"),
    [
        (
            {"mbox": "mailto:ann%2Btag@corp.example"},
            None,
            "de3d17fe-4d94-54b2-b1c9-ad1bff3b9f1d",
            "mailto:ann+tag@corp.example",
        ),
        (
            {"mbox": "mailto:ann%2Btag@corp.example"},
            {"instructor": {"mbox": "mailto://bo@corp.example"}},
            "1d928430-73ef-55c9-90ad-18c6ceccd098",
            "mailto:ann+tag@corp.example",
        ),
        (
            {"mbox": "mailto:ann%2Btag@corp.example"},
            {"instructor": {"mbox": "mailto:bo@corp.example\u3000"}},
            "fea7b83e-19c4-56c5-a5a8-53ef777d45a6",
            "mailto:ann+tag@corp.example",
        ),
        (
            {"mbox": "mailto:ann@corp.example", "name": "Ann\u3000"},
            None,
            "a8942cdd-2858-5d12-862c-17704c8d4ef6",
            "mailto:ann@corp.example",
        ),
        (
            {"account": {"homePage": "https://lms.corp.example", "name": "u1\u200b"}, "name": "\u2003Ann"},
            None,
            "99949bf5-447b-5ec7-9b5e-2f31464e317a",
            "https://lms.corp.example u1",
        ),
        (
            {
                "objectType": "Group",
                "mbox": "mailto:team@corp.example",
                "member": [{"mbox": "mailto:m%C3%BCller@corp.example"}],
            },
            None,
            "0e08b25e-0703-5d2a-99fa-bb0ba9c8aea8",
            "mailto:team@corp.example",
        ),
    ],
)
def test_what_is_compared_keeps_the_form_of_the_first_release(
    actor: dict[str, Any], context: dict[str, Any] | None, identity: str, ifi: str
) -> None:
    """The ids are those that 1.0 gave to the same statements: a load is done again without making any twice."""
    statement = {
        "actor": actor,
        "verb": {"id": "http://x.org/v"},
        "object": {"id": "http://x.org/a"},
        "timestamp": "2026-01-01T00:00:00Z",
        **({"context": context} if context else {}),
    }
    found = StatementReader().read(json.dumps(statement).encode())
    assert isinstance(found, Statement)
    assert found.id == identity
    assert found.persona is not None
    assert found.persona.ifi == ifi
    assert found.persona.name in (None, "Ann")


def test_the_time_stands_beside_the_digest() -> None:
    early, late, none = valid(), valid(timestamp="2026-01-31T09:30:01Z"), valid(timestamp=None)
    assert early.digest == late.digest
    assert early.digest[:16] == none.digest[:16]
    assert (early.digest[16], none.digest[16]) == (1, 0)
    nameless = {
        valid(id=None).id,
        valid(id=None, timestamp="2026-01-31T09:30:01Z").id,
        valid(id=None, timestamp=None).id,
    }
    assert len(nameless) == 3
    assert valid(id=None, timestamp="2026-01-31T10:30:00+01:00").id in nameless


@given(json_values)
def test_no_json_breaks_the_reader(value: Any) -> None:
    for changes in ({key: value} for key in (*BASE, "result", "context")):
        assert isinstance(
            StatementReader().read(json.dumps({**BASE, **changes}).encode()), Statement | Rejected
        )
    inner = {"objectType": value, "id": value, "member": value, "mbox": "mailto:a@b.example", "team": value}
    for changes in ({key: inner} for key in ("actor", "verb", "object", "result", "context")):
        assert isinstance(
            StatementReader().read(json.dumps({**BASE, **changes}).encode()), Statement | Rejected
        )
    activities = (
        {"contextActivities": value},
        {"contextActivities": {"parent": value}},
        {"contextActivities": {"a": [value]}},
    )
    for context in activities:
        assert isinstance(
            StatementReader().read(json.dumps({**BASE, "context": context}).encode()), Statement | Rejected
        )


def test_deep_nesting_is_rejected() -> None:
    deep = b'{"id":"' + ID.encode() + b'","context":' + b'{"a":' * 300 + b"1" + b"}" * 300
    whole = (
        deep
        + b',"actor":{"mbox":"mailto:a@b.example"},"verb":{"id":"http://v.example"},"object":{"id":"http://o.example"}}'
    )
    found = StatementReader().read(whole)
    assert isinstance(found, Rejected)
    assert found.detail == "it is nested too deeply"


def nested(levels: int, end: str = "", **first: Any) -> str:
    """An Agent that has an Agent for its member, and so on, as JSON."""
    agent = '{"mbox":"mailto:bob@corp.example","member":['
    return json.dumps(first)[:-1] + (", " if first else "") + agent[1:] + agent * (levels - 1) + end + "]}" * levels


@pytest.mark.parametrize("levels", [26, 100, 120])
def test_members_in_members_cost_what_they_are_long(levels: int) -> None:
    """An Agent has no members: what it calls so counts neither for who it is nor in a comparison."""
    other = json.dumps({key: value for key, value in BASE.items() if key != "actor"})[1:]
    team = f'"context": {{"team": {nested(levels)}}}, "actor": {json.dumps(BASE["actor"])}'
    plain = valid(actor={"mbox": "mailto:bob@corp.example", "name": "Bob"})
    tracemalloc.start()
    began = time.perf_counter()
    try:
        found = StatementReader().read(f'{{"actor": {nested(levels, name="Bob")}, {other}'.encode())
        assert isinstance(found, Statement)
        assert (found.persona, found.digest) == (plain.persona, plain.digest)
        assert isinstance(StatementReader().read(f"{{{team}, {other}".encode()), Statement)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("levels", [300, 600, 5_000])
def test_a_statement_that_is_too_deep_costs_no_other(tmp_path: Path, levels: int) -> None:
    other = json.dumps({key: value for key, value in BASE.items() if key != "actor"})[1:]
    content = f'{{"actor": {nested(levels)}, {other}\n{json.dumps(BASE)}\n'
    reader = StatementReader()
    deep, sound = (reader.read(raw.text) for raw in raws(tmp_path, content.encode()))
    assert isinstance(deep, Rejected)
    assert isinstance(sound, Statement)


def test_long_keys_above_long_lists_cost_what_they_are_long() -> None:
    tracemalloc.start()
    try:
        found = read(context={"k" * 100_000: [[1]] * 20_000 + [None]})
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(found, Rejected)
    assert len(found.detail) < 200


# --- keys that stand twice ---------------------------------------------------------------------------

REPEATED = [
    ('"actor": {"mbox": "mailto:eve@corp.example"}', "actor"),
    ('"actor": {"mbox": "mailto:bob@corp.example", "name": "Bob"}', "actor"),
    ('"act\\u006fr": {"mbox": "mailto:eve@corp.example"}', "actor"),
    ('"context": {"extensions": {"https://x.example": {"a": 1, "b": [{"c" : 1, "c": 2}]}}}', "c"),
    ('"context": {"platform": "x", "platform": "spelled \\u003a"}', "platform"),
    ('"context": {"platform": "x", "platform": "spelled \\u003A \\"b\\": {"}', "platform"),
    ('"authority": {"mbox": "mailto:a@corp.example", "mbox": "mailto:b@corp.example"}', "mbox"),
    ('"context": {"": 1, "": 1}', ""),
    ('"attachments": ' + '[{"a": ' * 200 + '{"x": 1, "x": 1}' + "}]" * 200, "x"),
]


@pytest.mark.parametrize(("more", "key"), REPEATED)
def test_a_key_that_stands_twice_is_rejected(more: str, key: str) -> None:
    found = StatementReader().read(f"{json.dumps(BASE)[:-1]}, {more}}}".encode())
    assert found == Rejected("invalid_statement", None, f'an object in it has the key "{key}" twice')


@pytest.mark.parametrize(
    "more",
    [
        '"context": {"platform": "a:b \\u003a \\u003A \\\\u003a \\": {\\"id\\": 1, \\"id\\": 1}"}',
        '"context": {"extensions": {"https://x.example/a:b": [{"a": 1}, {"a": 2}, {"A": {"a": 1}}]}}',
        '"attachments" :\n' + '[{"a": ' * 200 + "1" + "}]" * 200,
    ],
)
def test_keys_of_several_objects_and_what_looks_like_keys_are_fine(more: str) -> None:
    assert isinstance(StatementReader().read(f"{json.dumps(BASE)[:-1]}, {more}}}".encode()), Statement)


class Pairs(list[tuple[str, Any]]):
    """An object as it is written: a key may stand twice."""


pairs = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text('a:\\"{é'),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.tuples(st.sampled_from(["a", "b", ":", '"', "é"]), inner), max_size=3).map(Pairs)
    ),
    max_leaves=12,
)


def spell_one(character: str, choose: random.Random) -> str:
    if choose.random() < 0.3:
        return f"\\u{ord(character):04{choose.choice('xX')}}"
    return json.dumps(character, ensure_ascii=False)[1:-1]


def spell(value: Any, choose: random.Random) -> str:
    """JSON, its strings and its space in one of the ways that there are."""
    if isinstance(value, Pairs):
        members = (spell(key, choose) + choose.choice([":", " : ", "\n:"]) + spell(one, choose) for key, one in value)
        return "{" + choose.choice([",", ", "]).join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(spell(one, choose) for one in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(spell_one(one, choose) for one in value) + '"'
    return json.dumps(value)


def has_key_twice(value: Any) -> bool:
    if isinstance(value, Pairs):
        return len({key for key, _ in value}) < len(value) or any(has_key_twice(one) for _, one in value)
    return isinstance(value, list) and any(map(has_key_twice, value))


@given(pairs, st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_exactly_the_keys_that_stand_twice_are_found(value: Any, choose: random.Random) -> None:
    text = spell(value, choose).encode()
    assert (repeated_key(orjson.loads(text), text) is not None) == has_key_twice(value)


def test_a_key_that_stands_twice_is_not_lost_in_a_rejects_file(tmp_path: Path) -> None:
    path = tmp_path / "s.rejects.jsonl"
    text = f'{json.dumps(BASE)[:-1]}, "actor": {{"mbox": "mailto:eve@corp.example"}}}}'
    wrapped = f'{{"_line": 1, "_code": "x", "_message": "y", "statement": {text}}}'
    for written in (text, wrapped):
        rejects = StatementRejects(path)
        rejects.write(Reject(1, written.encode(), "invalid_statement", "no"))
        rejects.close()
        (line,) = path.read_bytes().splitlines()
        found = StatementReader().read(line)
        assert isinstance(found, Rejected)
        assert "twice" in found.detail
        mended = json.loads(line)
        mended["statement"] = mended["statement"].replace(', "actor": {"mbox": "mailto:eve@corp.example"}', "")
        assert StatementReader().read(json.dumps(mended).encode()) == valid()


# --- the rejects file --------------------------------------------------------------------------------


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
