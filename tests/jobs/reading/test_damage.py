"""Signs of damage: what is flagged, and what is not."""

from __future__ import annotations

import hashlib
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.problems import PROBLEMS
from jobs.reading.damage import VALUES_KEPT, WARNINGS, What, Widths, column_signs, signs
from jobs.reading.headers import read_header

BLANKS = " \t\r\n\u00a0"
ODD: dict[tuple[str, What], str] = {
    ("scientific_number", "id"): "1.23E+11|1,23E+11|1.2e+5|1E+15| 4.5E+07 |-1.5E+10",
    ("scientific_number", "group"): "1.23E+11|1,23E+11",
    ("placeholder", "id"): (
        "n/a|N/A|none|NULL|unknown|Tbd|-|--|0|000| 0 |#N/A|#REF!|#NAME?|#DIV/0!|"
        "(blank)|00000000000000000000000"
    ),
    ("placeholder", "email"): (
        "test@test.com|none@none.com|noreply@corp.example|no-reply@corp.example|"
        "mailto:NoReply@corp.example|a@a.com|"
        "example@example.com|test@example.com|xxx@xxx.xx|none@corp.example|"
        "do_not_reply@corp.example| test@test |a@b.com"
    ),
    ("mojibake", "text"): (
        "ZoÃ«|MÃ¼ller|MÃœLLER|JosÃ©|JOSÃ‰|â€™t Hooft|O\u2019 d\ufffdb|NicolÃ\u00a0|"
        "Å‚ukasz|GdaÅ„sk|Å\u00a0koda|DvoÅ™Ã¡k|"
        "Ä°brahim|YÄ±ldÄ±z|sÅ“ur|Ð˜Ð²Ð°Ð½|Ð\u0098Ð²Ð°Ð½|Î‘Î»ÎÎ¾|×“×•×“|"
        "Ø£Ø\u00admØ\u00adØ¯|Nguyá»…n|Æ°Æ¡ng|Ion È˜tefan|"
        "å±±ç”°|ä¸­æ–‡|ï»¿Ann|ðŸ˜€|JoseÌ\u0081|Â©|AnnÂ\u00a0Lee|CafÃƒÂ©|â€œAnnâ€\u009d|â‚¬|â„¢"
    ),
    ("mojibake", "id"): "E1Ã©",
    ("mojibake", "group"): "dept:FÃ¼hrung",
    ("mojibake", "email"): "josÃ©@corp.example",
}  # fmt: skip
FINE: dict[What, str] = {
    "id": "E1001|1.23|1E5|12E10|E+11|1.23E11|nadia|nona|n/a-7|10|E0|unknown1|-1|a-b|+5|+0|٠|José|1-800",
    "group": "dept:0|none|n/a|1E5|c++|R&D+|Führung",
    "email": (
        "bob@example.com|test.user@corp.example|info@info.com|smith@smith.com|"
        "test@corp.example|a@corp.example|"
        "na@corp.example|ann+test@corp.example|noreplyson@corp.example|"
        "anna@anna.com|attest@test.com|José@corp.example"
    ),
    "text": (
        "Ângela|João|Ñuñez|Ærø|ÅSA|SÃO PAULO|IRMÃ\u00a0LÚCIA|ANDRÉ|JOSÉ’S|"
        "JOSÉ\u00a0MARIA|KŘÍŽ|MATÚŠ|HLÚŠEK|Ø|ØYVIND|Ångström|"
        "UMEÅ – LAGER|”UMEÅ”|UMEÅ\u00a0|« Qualité\u00a0»|BODØ–TROMSØ|Þór|Ðorðe|"
        "İbrahim|Yıldız|ÖZGÜR|Çağla|GÜNEŞ|Nguyễn Thị Ánh|"
        "ĐẶNG|Łukasz|ŻÓŁĆ|Иван Петров|Αλέξης|דוד|أحمد|山田|中文|😀|Jose\u0301|Ole’s|"
        "“Zoë”|Müller®|20 °C|España|ÀÉÈÙÇ|Œuvre|Ÿ|"
        "naïve – no|n/a|0|1.23E+11|none|à la carte|Ä|Å|Ãlvaro|€5"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "what"), ODD)
def test_what_is_odd(code: str, what: What) -> None:
    values = ODD[code, what].split("|")
    missed = [value for value in values if code not in column_signs(pl.Series([value]), what)]
    assert missed == []
    sign = column_signs(pl.Series([*values, None]), what)[code]
    assert sign == (len(values), tuple(values[:3]))
    assert PROBLEMS[code].can_reject


@pytest.mark.parametrize("what", FINE)
def test_what_is_fine(what: What) -> None:
    flagged = {value: found for value in FINE[what].split("|") if (found := column_signs(pl.Series([value]), what))}
    assert flagged == {}


@pytest.mark.parametrize(
    ("ids", "short"),
    [
        (["000123", "004711", "4712"], ["4712"]),
        (["000123", "123456", "4712", "99"], ["4712", "99"]),
        ([*map(str, range(1001, 1021)), " 7 "], [" 7 "]),
        ([*map(str, range(1001, 1020)), "7", "8"], []),  # 19 of 21 are fewer than 19 in 20
        (["0123", "4712", "1", "2", "3"], []),
        (["123456", "123457", "4712"], []),
        (["000123", "12"], []),  # too few to have a usual width
        (["E1001", "E1002", "E1003", "7"], []),
        ([f"{number:030}" for number in range(3)] + ["9" * 24], ["9" * 24]),
        ([*map(str, range(1, 100_001))], []),
        ([], []),
    ],
)
def test_ids_shorter_than_their_column_s_usual_width(ids: list[str], short: list[str]) -> None:
    sign = column_signs(pl.Series(ids, dtype=pl.String), "id").get("short_id")
    assert (sign.cells if sign else 0) == len(short)
    assert (list(sign.examples) if sign else []) == short[:3]
    assert "short_id" not in column_signs(pl.Series(ids, dtype=pl.String), "text")


# --- lines ------------------------------------------------------------------------------------------


def frame(*columns: list[str | None]) -> pl.DataFrame:
    height = len(columns[0])
    cells = {str(place): pl.Series(column, dtype=pl.String) for place, column in enumerate(columns)}
    return pl.DataFrame({"line_number": pl.int_range(2, height + 2, eager=True), **cells})


def rows(warnings: pl.DataFrame) -> list[tuple[object, ...]]:
    assert warnings.schema == pl.Schema(WARNINGS)
    return sorted(warnings.rows(), key=repr)


def test_signs_name_line_and_column() -> None:
    header = read_header("x", ["groups", "name", "custom_id", "email", "account_home_page", "account_name"])
    records = frame(
        ["dept:a|1.23E+11", "none|FÃ¼h", None],
        ["JosÃ©", None, "1.23E+11"],
        [None, "N/A", "1.2E+10"],
        ["noreply@corp.example", None, "bob@example.com"],
        ["https://lms.example.com"] * 3,
        ["0", "e1", "Ã©"],
    )
    assert rows(signs(records, header).warnings) == sorted(
        [
            (0, 0, "scientific_number", "1.23E+11", None),
            (1, 0, "mojibake", "FÃ¼h", None),
            (0, 1, "mojibake", "JosÃ©", None),
            (1, 2, "placeholder", "N/A", None),
            (2, 2, "scientific_number", "1.2E+10", None),
            (0, 3, "placeholder", "noreply@corp.example", None),
            (0, 5, "placeholder", "0", None),
            (2, 5, "mojibake", "Ã©", None),
        ],
        key=repr,
    )
    skipped = records.with_columns(pl.Series("skipped", [True, False, True]))
    assert [row[:3] for row in rows(signs(skipped, header).warnings)] == [(1, 0, "mojibake"), (1, 2, "placeholder")]
    assert signs(skipped, header).widths[5].to_list() == [0, 0, 0]
    assert signs(records, header).widths[5].to_list() == [129, 0, 0]


def test_the_hash_of_the_bare_address() -> None:
    def sha1(text: str) -> str:
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    header = read_header("x", ["email", "mbox_sha1sum", "email_2"])
    records = frame(
        ["bob@example.com", "mailto:Bob@example.com", "Bob@example.com", "bob@example.com", None, "bob@example.com"],
        [
            sha1("bob@example.com").upper(),
            sha1("Bob@example.com"),
            f" {sha1('bob@example.com')}",
            sha1("mailto:bob@example.com"),
            sha1("bob@example.com"),
            sha1("eve@example.com"),
        ],
        [None, None, None, None, None, "eve@example.com"],
    )
    found = rows(signs(records, header).warnings)
    assert [(row[0], row[1], row[2], row[4]) for row in found] == [
        (0, 1, "hash_of_bare_address", "bob@example.com"),
        (1, 1, "hash_of_bare_address", "Bob@example.com"),
        (2, 1, "hash_of_bare_address", "bob@example.com"),
        (5, 1, "hash_of_bare_address", "eve@example.com"),
    ]
    assert [row[3] for row in found] == [records["1"][row] for row in (0, 1, 2, 5)]


def test_cells_that_hold_a_number_are_told_where_they_identify() -> None:
    header = read_header("x", ["custom_id", "name", "groups"])
    records = frame(["123", "124", None], ["7", "Ann", "Bob"], ["a", "12", "b"])
    numeric = pl.DataFrame(
        {"line_number": [2, 2, 3, 4, 9], "place": [0, 1, 2, 0, 0]}, schema={"line_number": pl.Int64, "place": pl.Int16}
    )
    assert rows(signs(records, header, numeric).warnings) == [
        (0, 0, "numeric_cell", "123", None),
        (1, 2, "numeric_cell", "12", None),
    ]


CELLS = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.text("0123456789", min_size=1, max_size=7),
    st.text("0123456789+eE.,- \u00a0", max_size=9),
    st.sampled_from([value for values in ODD.values() for value in values.split("|")]),
)


@settings(deadline=None)
@given(st.lists(CELLS, max_size=30), st.data())
def test_pieces_cut_anywhere_give_the_same(cells: list[str | None], data: st.DataObject) -> None:
    header = read_header("x", ["custom_id", "account_home_page", "account_name"])
    records = frame(cells, cells, cells[::-1])
    whole = Widths()
    whole.add(0, 1, signs(records, header).widths, records)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(cells)), max_size=4)))
    cut, warnings = Widths(), []
    for start, end in zip([0, *cuts], [*cuts, len(cells)], strict=True):
        piece = records[start:end]
        found = signs(piece, header)
        warnings.append(found.warnings.with_columns(pl.col("line") + start))
        cut.add(0, 1 + start, found.widths, piece)
    assert rows(pl.concat(warnings)) == rows(signs(records, header).warnings)
    assert rows(cut.late()) == rows(whole.late())
    for line, place, code, value, detail in cut.late().iter_rows():
        assert (value, code) == (records[str(place)][line - 1], "short_id")
        assert detail.startswith(f"{len(value.strip(BLANKS))} digit")


def test_files_and_columns_have_widths_of_their_own_and_not_all_values_are_kept() -> None:
    header = read_header("x", ["custom_id"])
    many = VALUES_KEPT + 500
    padded = frame([f"{number:05}" for number in range(2 * many)] + ["12"] * many)
    widths = Widths()
    widths.add(0, 1, signs(padded, header).widths, padded)
    other = frame(["1", "2", "3"])
    widths.add(1, 3 * many + 1, signs(other, header).widths, other)
    late = widths.late()
    assert late["line"].to_list() == list(range(2 * many + 1, 3 * many + 1))
    assert late["value"].to_list() == ["12"] * VALUES_KEPT + [None] * 500
    assert late["detail"].unique().to_list() == ["2 digits where 5 are usual"]
    assert Widths().late().schema == pl.Schema(WARNINGS)


# --- one value --------------------------------------------------------------------------------------


def is_scientific(text: str) -> bool:
    number, e, power = text.strip(BLANKS).lower().partition("e+")
    whole, _, part = number.removeprefix("-").removeprefix("+").replace(",", ".", 1).partition(".")
    signs_before = len(number) - len(number.lstrip("+-"))
    point = "." in number.replace(",", ".", 1)
    digits = [whole, power, *([part] if point else [])]
    return (
        bool(e)
        and signs_before <= 1
        and all(digit.isascii() and digit.isdigit() for digit in digits)
        and max(len(whole), len(power)) <= 3
    )


def decodes(text: str) -> bool:
    """Whether some of the text was UTF-8 once: bytes of windows-1252 or Latin-1 that make a character."""
    raw = bytearray()
    for character in text:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            raw += character.encode("latin-1", "replace")
    return any(
        not re.fullmatch(rb"[\x00-\x7f]*", raw[start : start + size]) and _is_utf8(bytes(raw[start : start + size]))
        for start in range(len(raw))
        for size in (2, 3, 4)
    )


def _is_utf8(raw: bytes) -> bool:
    try:
        return len(raw.decode()) == 1
    except UnicodeDecodeError:
        return False


@settings(deadline=None)
@given(st.text(max_size=12) | st.text("0123456789+eE.,- \u00a0", max_size=9))
def test_a_scientific_number_by_hand(text: str) -> None:
    assert ("scientific_number" in column_signs(pl.Series([text]), "id")) == is_scientific(text)
    assert ("scientific_number" in column_signs(pl.Series([text]), "group")) == is_scientific(text)


@settings(deadline=None)
@given(st.text("aàâãäåéíïÂÃÄÅÐÑØÎÏ×ÉÚÈŠŽœ€™’”–»®°±º¼\u00a0\u0081\u0090\ufffd", max_size=6) | st.text(max_size=8))
def test_what_is_called_mojibake_can_be_decoded(text: str) -> None:
    if "mojibake" in column_signs(pl.Series([text]), "text"):
        assert "\ufffd" in text or decodes(text)


@settings(deadline=None)
@given(st.text("aéüñłşžőșáộựяωאع–’€", min_size=1, max_size=6).filter(lambda text: not text.isascii()))
def test_lower_case_that_was_read_wrongly_is_found(text: str) -> None:
    text = "".join(character * 2 if character in "яωאع" else character for character in text)
    broken = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    assert "mojibake" in column_signs(pl.Series([broken]), "text")
    assert column_signs(pl.Series([text]), "text") == {}


@settings(deadline=None)
@given(st.lists(CELLS, max_size=20), st.sampled_from(["id", "group", "email", "text"]))
def test_a_column_has_the_signs_of_its_values(cells: list[str | None], what: What) -> None:
    together = {code: sign.cells for code, sign in column_signs(pl.Series(cells, dtype=pl.String), what).items()}
    together.pop("short_id", None)
    each: dict[str, int] = {}
    for cell in cells:
        for code, sign in column_signs(pl.Series([cell], dtype=pl.String), what).items():
            each[code] = each.get(code, 0) + sign.cells
    assert together == each


# -- what is invisible -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "odd"),
    [
        ("E1\u200b00", True),
        ("E1\u00ad00", True),
        ("E100\u200b", False),  # trimmed
        ("\ufeffE100", False),
        ("E1\ufe0f", True),  # it belongs to no character of ASCII
        ("❤\ufe0f", False),
        ("\U0001f469\u200d\U0001f4bb dev", False),
        ("می\u200cخواهم", False),
        ("می\u200c\u200bخواهم", True),
        ("Team\u3000A", False),
        (None, False),
    ],
)
def test_what_is_invisible_within_ids(value: str | None, odd: bool) -> None:
    header = ["custom_id", "previous_custom_id", "openid", "account_home_page", "account_name", "groups", "name"]
    for place, column in enumerate(header[:-1]):
        cells = [None] * place + [value if column != "groups" or value is None else f"a|{value}|b"]
        records = pl.DataFrame(
            {str(n): [cells[n] if n < len(cells) else None] for n in range(len(header))},
            schema=dict.fromkeys(map(str, range(len(header))), pl.String),
        )
        found = signs(records, read_header("x.csv", header)).warnings
        assert found.filter(pl.col("code") == "invisible_character")["place"].to_list() == [place] * odd, column
    for what in ("id", "group"):
        assert ("invisible_character" in column_signs(pl.Series([value], dtype=pl.String), what)) == odd
    assert "invisible_character" not in column_signs(pl.Series([value], dtype=pl.String), "text")
