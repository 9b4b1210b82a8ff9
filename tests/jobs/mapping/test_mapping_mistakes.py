"""What is wrong in a mapping is said in one line that names the key, and what is nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.mapping.mapping import Mapping
from jobs.mapping.written import READY, read_mapping
from jobs.reading.files import Format
from jobs.shell.failures import FileProblem

COLUMNS = ["Employee ID", "First Name", "Work Email", "Dept", "Dept ", "Cost-Centre", "Cost Centre", "", "_code", "_id"]


def read(tmp_path: Path, text: str) -> Mapping:
    (tmp_path / "hr.toml").write_text(text)
    return read_mapping(tmp_path / "hr.toml")


PERSONA = "[[personas]]\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("source = 3", "source: 3 is not a text"),
        ('source = " "', "source: is blank"),
        ("sorce = 'hr'", "sorce: there is no such key; nearest: 'source'"),
        ("person = 'x'", "person: 'x' is not a table"),
        ("[person]\ncustomid = '{a}'", "person.customid: there is no such key; nearest: 'custom_id'"),
        ("[person]\ncustom_id = 'E1'", "person.custom_id: 'E1' names no column in braces"),
        ("[person]\nname = true", "person.name: true is not a text"),
        ("[person]\nname = []", "person.name: is empty"),
        ("[person]\nname = ['{a}', '{b']", "person.name[2]: a single { in '{b'; a brace itself is written twice"),
        ("[person]\nname = '{a}}'", "person.name: a single } in '{a}}'; a brace itself is written twice"),
        ("[person]\nname = '{ }'", "person.name: no column between the braces in '{ }'"),
        ("personas = 3", "personas: 3 is not a list"),
        ("personas = ['{a}']", "personas[1]: '{a}' is not a table"),
        (PERSONA, "personas[1]: needs one of mbox, mbox_sha1sum, openid, account; it has none"),
        (
            f"{PERSONA}mbox = '{{a}}'\n{PERSONA}mbox = '{{a}}'\nopenid = '{{b}}'",
            "personas[2]: needs one of mbox, mbox_sha1sum, openid, account; it has mbox and openid",
        ),
        (f"{PERSONA}mboks = '{{a}}'", "personas[1].mboks: there is no such key; nearest: 'mbox'"),
        (f"{PERSONA}mbox = 'a@b.example'", "personas[1].mbox: 'a@b.example' names no column in braces"),
        (f"{PERSONA}account = '{{a}}'", "personas[1].account: '{a}' is not a table of home_page and name"),
        (f"{PERSONA}account = {{name = '{{a}}'}}", "personas[1].account.home_page: is missing"),
        (
            f"{PERSONA}account = {{name = '{{a}}', homePage = 'x'}}",
            "personas[1].account.homePage: there is no such key; nearest: 'home_page'",
        ),
        (
            f"{PERSONA}account = {{name = '{{a}}', home_page = 'hr.example.com'}}",
            "personas[1].account.home_page: 'hr.example.com' is not an account's home page: "
            "it does not begin with a scheme such as https:",
        ),
        (
            f"{PERSONA}account = {{name = '{{a}}', home_page = 'https://a b/{{c}}'}}",
            "personas[1].account.home_page: 'https://a b/{c}' is not an account's home page: it contains a space",
        ),
        (
            f"{PERSONA}account = {{name = 'me', home_page = '{{a}}'}}",
            "personas[1].account.name: 'me' names no column in braces",
        ),
        ("[[groups]]\nname = '{a}'", "groups[1].custom_id: is missing"),
        (
            "[[groups]]\ncustom_id = 'a|{b}'",
            "groups[1].custom_id: 'a|' cannot be in a group's custom_id: "
            "it contains |, which separates groups in a cell",
        ),
        ("[[groups]]\ncustom_id = '{b}'\nparent = ['a']", "groups[1].parent: there is no such key; nearest: 'parents'"),
        ("[[groups]]\ncustom_id = '{b}'\nparents = [3]", "groups[1].parents[1]: 3 is not a text or a table"),
        (
            "[[groups]]\ncustom_id = '{b}'\nparents = ['x', {name = '{a}'}]",
            "groups[1].parents[2].custom_id: is missing",
        ),
        ("[[groups]]\ncustom_id = '{b}'\nsplit = ''", "groups[1].split: is empty"),
        (
            "[[groups]]\ncustom_id = '{b}-{c}'\nsplit = ','",
            "groups[1].split: custom_id has to name one column, whose cell is split",
        ),
        ("blanks = 'none'", "blanks: 'none' is not a list"),
        ("blanks = [3]", "blanks[1]: 3 is not a text or a table"),
        ("blanks = ['x', {column = 'a', equal = 'b'}]", "blanks[2].equal: there is no such key; nearest: 'equals'"),
        ("blanks = [{column = 'a'}]", "blanks[1].equals: is missing"),
        ("skip = [{column = 'a', equals = []}]", "skip[1].equals: is empty"),
        ("skip = [{equals = 'b'}]", "skip[1].column: is missing"),
        (
            "skip = [{column = 'a'}]",
            "skip[1]: needs one of equals, not_equals, blank, until, line_begins; it has none",
        ),
        (
            "skip = [{column = 'a', equals = 'b', blank = true}]",
            "skip[1]: needs one of equals, not_equals, blank, until, line_begins; it has equals and blank",
        ),
        ("skip = [{colum = 'a', equals = 'b'}]", "skip[1].colum: there is no such key; nearest: 'column'"),
        ("skip = [{line_begins = ' '}]", "skip[1].line_begins: is blank"),
        ("skip = [{line_begins = 'T', column = 'a'}]", "skip[1].column: there is no such key; nearest: "),
        ("skip = [{column = 'a', until = 'now'}]", "skip[1].until: 'now' is neither \"today\" nor a day such as"),
        ("skip = [{column = 'a', until = '2026-02-30'}]", "skip[1].until: '2026-02-30' is neither "),
        ("skip = [{column = 'a', until = 3}]", "skip[1].until: 3 is not a text"),
        ("skip = [{column = 'a', equals = 'b', format = '%d/%m/%Y'}]", "skip[1].format: there is no such key"),
        (
            "skip = [{column = 'a', until = 'today', format = '%d/%m/%Q'}]",
            "skip[1].format: \"%d/%m/%Q\" is no way to write a date; for 31/01/2026 it is '%d/%m/%Y'",
        ),
        (
            "skip = [{column = 'a', until = 'today', format = '%m/%Y'}]",
            "skip[1].format: \"%m/%Y\" does not say day, month and year",
        ),
        (
            "skip = [{column = 'a', until = 'today', format = '%d%d%m%Y'}]",
            'skip[1].format: "%d%d%m%Y" is no way to write a date',
        ),
        ("time_zone = 'Europe/Berln'", "time_zone: there is no time zone 'Europe/Berln'; nearest: 'Europe/Berlin'"),
        ("time_zone = '../UTC'", "time_zone: there is no time zone '../UTC'; nearest: "),
        ("time_zone = 'Europe'", "time_zone: there is no time zone 'Europe'; nearest: "),
        ('time_zone = "a\\u0000b"', "time_zone: there is no time zone 'a\\x00b'; nearest: "),
        (
            'skip = [{column = "a", until = "today", format = "%d%m%Y\\u0000%"}]',
            'skip[1].format: "%d%m%Y\\x00%" is no way to write a date',
        ),
        ("person = {since = '{Hired}'}", "person.since: '{Hired}' is not a table of column, minus and format"),
        ("person = {since = {minus = '3d'}}", "person.since.column: is missing"),
        (
            "person = {since = {column = 'a', minus = '3 months'}}",
            "person.since.minus: '3 months' is not a number of days or weeks: '90d', '12w'",
        ),
        ("person = {since = {column = 'a', minus = '99999d'}}", "person.since.minus: '99999d' is not a number of days"),
        (f"{PERSONA}mbox = '{{a}}'\nsince = {{colum = 'a'}}", "personas[1].since.colum: there is no such key"),
        ("file = {header_line = 0}", "file.header_line: 0 is no line; the first is 1"),
        ("file = {header_line = true}", "file.header_line: true is not the number of a line"),
        ("[group_file]\ncustom_id = '{a}'\nheader_line = -1", "group_file.header_line: -1 is no line"),
        (
            "[group_file]\ncustom_id = '{a}'\nskip = [{column = 'b', until = 'today'}]",
            "group_file.skip[1].until: there is no such key",
        ),
        ("skip = [{column = 'a', blank = 'yes'}]", "skip[1].blank: 'yes' is neither true nor false"),
        ("skip = [{column = 'a', equals = [1]}]", "skip[1].equals: 1 is not a text"),
        ("ignore = [1]", "ignore: 1 is not a text"),
        (
            "options = {x = 2020-01-01}",
            "options.x: 2020-01-01 is not a text, a number, true or false, or a list of texts",
        ),
        ("options = {max-rejects = 1, max_rejects = 2}", "options.max_rejects: is given twice"),
        ("file = {encodin = 'x'}", "file.encodin: there is no such key; nearest: 'encoding'"),
        ("file = {encoding = 'klingon'}", "file.encoding: 'klingon' is not known"),
        ("file = {delimiter = 'ab'}", "file.delimiter: 'ab' is not one ASCII sign; the tab is written tab"),
        ("[group_file]\nname = '{a}'", "group_file.custom_id: is missing"),
        ("[group_file]\ncustom_id = 'a'", "group_file.custom_id: 'a' names no column in braces"),
    ],
)
def test_a_mistake_is_found_when_the_mapping_is_read(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, text)
    assert str(problem.value).startswith(f"{tmp_path / 'hr.toml'}: {told}")


DEEP = 100_000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = " + "[" * DEEP, "has lists or tables within each other, too deep to be a mapping"),
        ("x = " + "{a = " * DEEP, "has lists or tables within each other, too deep to be a mapping"),
        (".".join("a" * DEEP) + " = 1", "has a key of more than 50 parts"),
        ("x = 1\n[" + '."b" .'.join("a" * DEEP) + "]", "has a key of more than 50 parts"),
        ("#" * (1 << 20) + "\n", "has more than 1 MB: it is no mapping"),
        (f"ignore = [{'1,' * 5000}]", "ignore: has 5,000 entries, more than 4,096"),
        (f"personas = [{'1,' * 5000}]", "personas: has 5,000 entries, more than 4,096"),
        (f"person = {{name = '{'{a}' * 5000}'}}", "person.name: has 5,000 columns, more than 4,096"),
        (f"skip = [{{column = 'a', equals = '{'b' * 20_001}'}}]", "skip[1].equals: has more than 20,000 characters"),
    ],
    ids=range(9),
)
def test_whatever_a_mapping_says_it_is_told_in_bounded_time(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, text)
    assert str(problem.value) == f"{tmp_path / 'hr.toml'}: {told}"


def test_a_mapping_that_never_ends() -> None:
    with pytest.raises(FileProblem, match=r"^/dev/zero: has more than 1 MB: it is no mapping$"):
        read_mapping("/dev/zero")


@pytest.mark.parametrize(
    ("pattern", "heading", "fits"),
    [
        ("*", "", True),
        ("Cost *", "cost center", True),
        ("Cost *", "Cost", False),
        ("*Cost", "Total COST", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a*b*c", "a-c-b-c", True),
        ("a*b*c", "acb", False),
        ("*a*b*", "xbxa", False),
        ("*a" * 2000 + "*b", "a" * 4000, False),
    ],
)
def test_what_a_pattern_fits(tmp_path: Path, pattern: str, heading: str, fits: bool) -> None:
    mapping = read(tmp_path, f"ignore = ['{pattern}']\nperson = {{custom_id = '{{id}}'}}")
    ignored = mapping.bind("hr.csv", ["id", heading]).header.ignored
    assert (len(ignored) == 0) is fits


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            f"{PERSONA}mbox = '{{Work Mail}}'",
            "personas[1].mbox: no column 'Work Mail' in hr.csv; nearest: 'Work Email'",
        ),
        ("[person]\ncustom_id = '{code}'", "person.custom_id: no column 'code' in hr.csv; nearest: "),
        ("[person]\ncustom_id = '{_code}'", "person.custom_id: no column '_code' in hr.csv; nearest: "),
        (
            "[person]\ncustom_id = '{Dept}'",
            "person.custom_id: 'Dept' is more than one column of hr.csv: 4 ('Dept') and 5 ('Dept ')",
        ),
        (
            "[person]\ncustom_id = '{cost_centre}'",
            "person.custom_id: 'cost_centre' is more than one column of hr.csv: "
            "6 ('Cost-Centre') and 7 ('Cost Centre')",
        ),
        (
            "[person]\nname = '{First Name}'",
            "identifies nobody in hr.csv: give person.custom_id or an entry of personas",
        ),
        (
            "[person]\ncustom_id = '{badge?}'",
            "identifies nobody in hr.csv: give person.custom_id or an entry of personas",
        ),
        (
            "skip = [{column = 'Stat', equals = 'x'}]\n[person]\ncustom_id = '{Employee ID}'",
            "skip[1].column: no column 'Stat' in hr.csv; nearest: ",
        ),
        (
            "blanks = [{column = 'Mail', equals = 'x'}]\n[person]\ncustom_id = '{Employee ID}'",
            "blanks[1].column: no column 'Mail' in hr.csv; nearest: 'Work Email'",
        ),
        (
            "ignore = ['Dept', 'first_nam']\n[person]\ncustom_id = '{Employee ID}'",
            "ignore[2]: no column 'first_nam' in hr.csv; nearest: 'First Name'",
        ),
        (
            "person = {custom_id = '{Employee ID}'}\n[[groups]]\ncustom_id = 'x'\nparents = ['d:{Depts}']",
            "groups[1].parents[1]: no column 'Depts' in hr.csv; nearest: ",
        ),
    ],
)
def test_a_column_that_is_not_there_is_found_when_the_mapping_meets_the_file(
    tmp_path: Path, text: str, told: str
) -> None:
    mapping = read(tmp_path, text)
    with pytest.raises(FileProblem) as problem:
        mapping.bind("hr.csv", COLUMNS)
    assert str(problem.value).startswith(f"{tmp_path / 'hr.toml'}: {told}")


def test_a_column_that_went_need_not_be_ignored(tmp_path: Path) -> None:
    text = "ignore = ['Salary', 'First Nam?', 'Work Email?', 'Cost*']\nperson = {custom_id = '{Employee ID}'}"
    ignored = read(tmp_path, text).bind("hr.csv", COLUMNS).header.ignored
    assert ignored == ("First Name", "Dept", "Dept ", "column 8 (no heading)")


def test_columns_are_found_exactly_or_else_nearly(tmp_path: Path) -> None:
    mapping = read(tmp_path, "person = {custom_id = '{Cost Centre}', name = '{FIRST_NAME} {_id}', groups = '{x?}'}")
    header = mapping.bind("hr.csv", COLUMNS).header
    assert header.sources == ((6,), (1, 9), (1, 9)), "the last is where it may be half cleared"
    assert [header.shown(place) for place in range(2)] == ["Cost Centre", "First Name"]
    assert header.groups is None
    assert header.ignored == ("Employee ID", "Work Email", "Dept", "Dept ", "Cost-Centre", "column 8 (no heading)")


def test_a_heading_with_a_question_mark_is_found_as_it_is(tmp_path: Path) -> None:
    mapping = read(tmp_path, "person = {custom_id = '{id}', name = '{Name?}{Old??}'}")
    assert mapping.bind("f.csv", ["id", "Name?", "Name"]).header.sources == ((0,), (1,))
    assert [mapping.knows(column) for column in ("name?", "name", "OLD?", "new")] == [True, True, True, False]


def test_the_mapping_has_the_options_the_format_and_the_source(tmp_path: Path) -> None:
    mapping = read(
        tmp_path,
        "\ufeff\ufeffsource = 'hr'\r\r\nfile = {delimiter = 'tab', sheet = 'People'}\r\n"
        "options = {max-takeovers = '20%', batch = true, wait = 3, reject_warnings = ['x']}",
    )
    assert (mapping.source, mapping.format) == ("hr", Format(delimiter="\t", sheet="People"))
    assert mapping.options == {"max_takeovers": "20%", "batch": True, "wait": 3, "reject_warnings": ["x"]}
    assert (mapping.makes_groups, mapping.canonical) == (False, True)


def test_a_mapping_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileProblem, match=r"^none.toml: there is no such file; the ready mappings are canvas, moodle"):
        read_mapping("none.toml")
    with pytest.raises(FileProblem, match=r"^sub/oneroster: there is no such file$"):
        read_mapping("sub/oneroster")
    (tmp_path / "hr.toml").write_text("a = 1\nb = = 2")
    with pytest.raises(FileProblem, match=r"^hr.toml: is no TOML: it goes wrong, .*on line 2, at character 5$"):
        read_mapping("hr.toml")
    (tmp_path / "hr.toml").write_text("a = [1,")
    with pytest.raises(FileProblem, match=r"^hr.toml: is no TOML: it goes wrong, .*at its end$"):
        read_mapping("hr.toml")
    (tmp_path / "hr.toml").write_bytes(b"a = 1\nb = '\xe9'")
    with pytest.raises(FileProblem, match=r"^hr.toml, line 2: is not UTF-8"):
        read_mapping("hr.toml")


@pytest.mark.parametrize("name", READY)
def test_a_ready_mapping_is_found_by_its_name_unless_a_file_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_mapping(name).source == name
    (tmp_path / name).write_text("source = 'mine'")
    assert read_mapping(name).source == "mine"
