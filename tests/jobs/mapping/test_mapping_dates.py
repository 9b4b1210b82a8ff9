"""What a mapping says of dates, of where the header stands, and of lines that are none of people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.lines.groups import GroupFiles
from jobs.lines.people import PeopleFiles, Piece
from jobs.lines.said_of_people import read_people
from jobs.mapping.written import parse_mapping

NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
"""In Berlin it is the 29th."""
PERSON = '[person]\ncustom_id = "{ID}"\n'


def read(folder: Path, toml: str, text: str, moment: datetime = NOW) -> tuple[PeopleFiles, Piece]:
    """The one piece of a file with this text."""
    path = folder / "hr.csv"
    path.write_text(text, encoding="utf-8", newline="")
    mapping = parse_mapping("hr.toml", toml)
    with PeopleFiles([path], format=mapping.format, mapping=mapping, moment=moment) as files:
        (piece,) = files.pieces()
    return files, piece


def ids(piece: Piece) -> list[str | None]:
    return piece.lines["custom_id"].to_list()


@pytest.mark.parametrize(("zone", "kept"), [("UTC", "01256"), ("Europe/Berlin", "0156")])
def test_a_line_with_a_day_that_is_over_or_today_is_left_out(tmp_path: Path, zone: str, kept: str) -> None:
    rules = f'time_zone = "{zone}"\nblanks = ["n/a"]\nskip = [{{column = "Left", until = "today"}}]\n'
    text = "ID;Left\n0;\n1;2026-11-30\n2;29.11.2026\n3;28/11/2026\n4;1-Jan-2020\n5;31.12.9999\n6; n/a\n"
    files, piece = read(tmp_path, rules + PERSON, text)
    assert (ids(piece), files.skipped) == (list(kept), 7 - len(kept))
    assert not piece.lines["bad"].any()


@pytest.mark.parametrize("day", ["2024-05-01", '"2024-05-01"'])
def test_a_day_may_be_told(tmp_path: Path, day: str) -> None:
    toml = f'skip = [{{column = "Left", until = {day}, format = "%m/%d/%Y"}}]\n{PERSON}'
    _, piece = read(tmp_path, toml, "ID;Left\n1;04/30/2024\n2;05/01/2024\n3;05/02/2024\n4;30.04.2024\n")
    assert ids(piece) == ["3", "4"]
    problems = piece.problems.select("line", "code", "value", "detail").rows()
    assert problems == [(4, "invalid_date", "30.04.2024", 'it is not written as "%m/%d/%Y"')]


def test_whether_a_line_is_to_be_left_out_is_not_guessed(tmp_path: Path) -> None:
    toml = f'skip = [{{column = "Left", until = "today"}}, {{column = "ID", equals = "9"}}]\n{PERSON}'
    files, piece = read(tmp_path, toml, "ID;Left\n1;03/04/2024\n9;03/04/2024\n2;soon\n3;04/04/2024\n")
    assert ids(piece) == ["1", "2"]
    assert piece.problems["code"].to_list() == ["invalid_date"] * 2
    assert files.files[0].header.shown(piece.problems["place"][0]) == "Left"
    assert piece.lines["bad"].all()


def test_a_line_is_left_out_by_what_it_begins_with(tmp_path: Path) -> None:
    text = (
        "ID;Name;Mail\n1;Ann;a@b.de\n***END OF FILE***\n *** end;of;it;all\n2;T;\nT;2\nT;2;\nT;3;x\n"
        '"***End\nof file";;\nx***END;;\n'
    )
    toml = f'skip = [{{line_begins = "***END"}}, {{line_begins = "t;2"}}]\n{PERSON}name = "{{Name}}"'
    files, piece = read(tmp_path, toml, text)
    assert (ids(piece), files.skipped) == (["1", "*** end", "2", "T", "x***END"], 4)
    assert piece.problems["code"].to_list() == ["ragged_line"], "the one with a blank in between"
    _, piece = read(tmp_path, f'skip = [{{line_begins = "1;2;3;4;5"}}]\n{PERSON}', "ID;x\n1;2;3;4\n1;2;3;4;55;6\n1;2\n")
    assert piece.lines["line_number"].to_list() == [2, 4], "also by cells for which the header has no column"


def test_lines_that_are_left_out_by_what_they_begin_with_need_no_columns_of_people(tmp_path: Path) -> None:
    _, piece = read(tmp_path, 'skip = [{line_begins = "END"}]', "custom_id;email\n1;a@b.de\nEND\n")
    assert (ids(piece), piece.problems.height) == (["1"], 0)


def test_groups_are_left_out_likewise_and_have_a_header_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "g.csv").write_text("All groups\nCode;Name\nx;X\nEND 1\n")
    group_file = '[group_file]\ncustom_id = "{Code}"\nheader_line = 2\nskip = [{line_begins = "END"}]'
    toml = f"file = {{header_line = 9}}\n{group_file}"
    mapping = parse_mapping("m.toml", toml)
    with GroupFiles([tmp_path / "g.csv"], mapping=mapping, format=mapping.format) as files:
        groups = files.read()
    assert (groups.lines["custom_id"].to_list(), groups.problems.height, files.skipped) == (["x"], 0, 1)


def test_since_when_somebody_is_there(tmp_path: Path) -> None:
    toml = f"""
        time_zone = "Europe/Berlin"
        {PERSON}
        since = {{column = "Hired", minus = "90d"}}
        [[personas]]
        mbox = "{{Mail}}"
        since = {{column = "Mail since", format = "%d/%m/%Y"}}
        [[personas]]
        account = {{home_page = "https://lms.example", name = "{{ID}}"}}
    """
    text = (
        "ID;Mail;Hired;Mail since\n1;a@b.de;01.06.2024;03/04/2024\n2;b@b.de;;\n3;c@b.de;soon;2024-04-03\n"
        "4;d@b.de;1900-01-01;\n"
    )
    _, piece = read(tmp_path, toml, text)
    berlin = ZoneInfo("Europe/Berlin")
    june = datetime(2024, 3, 3, tzinfo=berlin).astimezone(UTC)  # ninety days, though the clocks have changed
    assert piece.lines["since"].to_list() == [june, None, None, None]
    april = datetime(2024, 4, 3, tzinfo=berlin).astimezone(UTC)
    of_mail = piece.claims.filter(pl.col("kind") == "mbox")
    assert of_mail.select("line", "since").rows() == [(1, april), (2, None), (3, None), (4, None)]
    assert piece.claims.filter(pl.col("kind") == "account")["since"].null_count() == 4
    assert sorted(piece.problems.select("line", "code", "value").rows()) == [
        (3, "invalid_date", "2024-04-03"),
        (3, "invalid_date", "soon"),
    ]


def test_the_time_zone_is_that_of_canonical_dates_too(tmp_path: Path) -> None:
    text = "custom_id;email;since;identifier_since\n1;a@b.de;2024-06-01;2024-06-02T00:00:00Z\n"
    _, piece = read(tmp_path, 'time_zone = "America/New_York"', text)
    assert piece.lines["since"][0] == datetime(2024, 6, 1, 4, tzinfo=UTC)
    assert piece.claims["since"][0] == datetime(2024, 6, 2, tzinfo=UTC)


def test_columns_of_dates_need_not_be_there(tmp_path: Path) -> None:
    toml = f'skip = [{{column = "Left?", until = "today"}}]\n{PERSON}since = {{column = "Hired?"}}'
    _, piece = read(tmp_path, toml, "ID;x\n1;2\n")
    assert piece.lines.select("custom_id", "since").rows() == [("1", None)]


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 400), st.sampled_from(["d", "w"]))
def test_so_many_days_earlier_is_as_the_calendar_says(day: date, number: int, unit: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    since = f'since = {{column = "D", minus = "{number}{unit}"}}'
    mapping = parse_mapping("m", f'time_zone = "Europe/Berlin"\n{PERSON}{since}')
    header = mapping.bind("f", ["ID", "D"]).header
    records = pl.DataFrame({"line_number": [2], "0": ["1"], "1": [day.isoformat()], "ragged": [None], "excess": [None]})
    lines, *_ = read_people(mapping.bind("f", ["ID", "D"])(records), header)
    earlier = day - timedelta(days=number * (7 if unit == "w" else 1))
    assert lines["since"][0] == datetime.combine(earlier, datetime.min.time(), berlin).astimezone(UTC)
