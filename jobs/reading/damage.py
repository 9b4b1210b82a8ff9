"""Signs that what a file says was damaged on its way: by a spreadsheet, by a wrong encoding, by filling blanks.

A sign is a warning: the line is imported unless its code is made strict. All works on columns. A cheap look at a
whole column finds the few suspects, and only these are looked at closely.
"""

from __future__ import annotations

import hashlib
import string
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.blanks import ATTACHED_CLASS, BLANK_CLASS, has_invisible, trimmed_column, trimmed_series
from identity.nothing import is_nothing
from jobs.reading.headers import Header
from jobs.reading.mapped_groups import NOT_IN_A_GROUP_ID

What = Literal["id", "group", "email", "text"]
"""What a column holds, and so which signs are looked for: ids of people, of groups, e-mails, other text."""

WARNINGS = {"line": pl.Int64, "place": pl.Int16, "code": pl.String, "value": pl.String, "detail": pl.String}
EXAMPLES = 3
ENOUGH: Final = 3
"""With fewer ids than this a column has no usual width."""
VALUES_KEPT: Final = 1000
"""So many ids of each width are kept of a column, to be shown."""
WIDEST: Final = 127
"""Longer ids count as so long."""
_PADDED: Final = 128
"""Added to the width of an id that begins with 0."""

_BLANKS: Final = f"[{BLANK_CLASS}]*"
# Excel writes 1.23E+11 for a number of more than eleven digits; with a decimal comma, 1,23E+11.
_SCIENTIFIC: Final = r"[+-]?[0-9]{1,3}(?:[.,][0-9]+)?[eE]\+[0-9]{1,3}"
# Anchored, both together: most ids are ruled out by their first letters.
_ODD_ID: Final = f"^{_BLANKS}(?:{_SCIENTIFIC}|[0-9]+){_BLANKS}$"
# What is invisible but belongs to the visible character before it, which is none of ASCII: ❤️, Persian words.
_BELONGING: Final = f"([^\\x00-\\x7f{BLANK_CLASS}])[{ATTACHED_CLASS}]+"
# Words that name nobody before the @, and hosts that are nobody's. Who is bob@example.com, or info@info.com, may be
# somebody: both sides must be empty words, but for those that say of themselves that there is no address.
_EMPTY_WORD: Final = (
    "test(?:ing)?|example|sample|e?mail|user(?:name)?|name|none|null|nil|na|n[-_.]a|no|nobody|noone|no[-_.]?e?mail|"
    "unknown|undefined|fake|dummy|temp|tbd|foo|asdf|qwerty|abc|xyz|blank|empty"
)
_EMPTY_HOST: Final = (
    "test(?:ing)?|example|sample|none|null|nil|na|no|nobody|noone|no-?e?mail|unknown|undefined|fake|dummy|temp|foo|"
    "asdf|qwerty|abc|xyz|domain|company|blank|empty"
)
_NO_ADDRESS: Final = (
    rf"(?i)^{_BLANKS}(?:mailto:)?(?:"
    r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|no[-_.]?e?mail|none|unknown|undefined)@"
    rf"|(?:{_EMPTY_WORD})@(?:{_EMPTY_HOST})(?:\.[a-z]+){{0,2}}{_BLANKS}$"
    rf"|(?:{'|'.join(f'{c}+@{c}+' for c in string.ascii_lowercase)}|a@b)(?:\.[a-z]+){{0,2}}{_BLANKS}$)"
)

# What the bytes 80 to BF are in Latin-1 and in windows-1252, and of these what stands behind a capital in proper text.
_WINDOWS: Final = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_TAIL: Final = rf"[\u0080-\u00bf{_WINDOWS}]"
_TAIL_NOT_PUNCTUATION: Final = r"[\u0080-\u009f¡-ª¬\u00ad¯-º¼-¿€‚ƒ„†‡ˆ‰Š‹ŒŽ‘•˜™š›œžŸ]"
_CAPITAL: Final = "A-ZÀ-ÖØ-ÞŠŽŒŸ"
_MOJIBAKE: Final = "|".join(
    (
        "\ufffd",
        # C3: Latin letters. "IRMÃ" may be followed by a no-break space; "à" does not follow a capital.
        r"Ã[\u0080-\u009f\u00a1-\u00bf" + _WINDOWS + "]",
        rf"(?:^|[^{_CAPITAL}])Ã\u00a0",
        # C2: signs such as ° and the no-break space.
        r"Â[\u00a0-\u00bf]",
        # C4, C5: further Latin letters. Behind capitals punctuation is meant: "UMEÅ – LAGER", "UMEÅ”".
        rf"(?:^|[^{_CAPITAL}])[ÄÅ]{_TAIL}",
        f"[ÄÅ]{_TAIL_NOT_PUNCTUATION}",
        # C6, C8, CC: Vietnamese ơ and ư, Romanian ș and ț, combining marks. Other letters of these leads are rare, and
        # their broken forms are proper: "KŘÍŽ", "MATÚŠ", "JOSÉ’S".
        "Æ[¡¯°]",
        "È[˜™š›\u0098-\u009b]",
        "Ì[€‚ƒ„†‡ˆŠŒ§¨\u0080-\u0084\u0086-\u0088\u008a\u008c]",
        # CE to D1, D7 to D9: Greek, Cyrillic, Hebrew, Arabic; E0, E3 to ED: the scripts of Asia. Two letters at least.
        *(rf"(?:{lead}{_TAIL}){{2}}" for lead in ("[ÎÏ]", "[ÐÑ]", "×", "[ØÙ]")),
        rf"(?:[àã-í]{_TAIL}{{2}}){{2}}",
        # E1 BA, BB: Vietnamese letters; E2 80, 82, 84: quotation marks, €, ™; EF: a byte order mark, U+FFFD.
        # F0: emoji.
        rf"á[º»]{_TAIL}",
        rf"â[€‚„\u0080\u0082\u0084]{_TAIL}",
        "ï»¿|ï¿½",
        rf"ð[Ÿ\u009f]{_TAIL}{{2}}",
    )
)


class Found(NamedTuple):
    """What `signs` finds in a piece."""

    warnings: pl.DataFrame
    """`WARNINGS`, in no order; one row for each value."""
    widths: dict[int, pl.Series]
    """For `Widths.add`: by place of a column of ids, for each row the width of an id of digits only, UInt8."""


def signs(records: pl.DataFrame, header: Header, numeric: pl.DataFrame | None = None) -> Found:
    """`Records.frame` (or a translation of it) of a file with this header -> the signs that a piece shows by itself.

    `line` is the row's number in `records`, from 0. numeric: `line_number` (Int64) and `place` (Int16) in the file of
    cells that hold a number, where it is a spreadsheet; None otherwise.
    """
    line = pl.int_range(records.height, eager=True).alias("line")
    ids = [persona.place for persona in header.personas if persona.kind == "account"]
    if header.custom_id is not None:
        ids.append(header.custom_id)
    emails = [persona.place for persona in header.personas if persona.kind == "mbox"]
    columns: list[tuple[int, What]] = [(place, "email") for place in emails]
    unseen = [persona.place for persona in header.personas if persona.kind == "openid"]
    unseen += [persona.home_page for persona in header.personas if persona.home_page is not None]
    unseen += [] if header.previous_custom_id is None else [header.previous_custom_id]
    columns += [
        (place, "group") for place in sorted({place for entry in header.mapped_groups for place in entry.places})
    ]
    if header.name is not None:
        columns.append((header.name, "text"))
    found = [_warnings(_odd(line, records[str(place)], what), place) for place, what in columns]
    widths: dict[int, pl.Series] = {}
    for place in ids:
        odd, widths[place] = _ids(line, records[str(place)])
        found.append(_warnings(odd, place))
    found += [_warnings(_unseen(line, records[str(place)]), place) for place in dict.fromkeys(unseen)]
    for place, separator in _mapped_group_ids(header).items():
        found.append(_warnings(_unseen_parts(line, records[str(place)], separator), place))
        found.append(_warnings(_odd_group_ids(line, records[str(place)], separator), place))
    if header.groups is not None:
        found.append(_warnings(_odd_groups(line, records[str(header.groups)]), header.groups))
        if header.sources is not None:
            found.append(_warnings(_odd_group_ids(line, records[str(header.groups)], "|"), header.groups))
    for kind, place, *_ in header.personas:
        if kind == "mbox_sha1sum":
            found += [_bare_hashes(line, records[str(place)], records[str(email)], place) for email in emails]
    if numeric is not None and numeric.height:
        identifying = [*ids, *_group_ids(header)]
        found += [_numbers(line, records, header, place, numeric) for place in identifying]
    warnings = pl.concat(found) if found else pl.DataFrame(schema=WARNINGS)
    if "skipped" in records.columns and records["skipped"].any():
        skipped = records["skipped"]
        warnings = warnings.filter(~pl.col("line").is_in(line.filter(skipped).implode()))
        widths = {place: column.set(skipped, 0) for place, column in widths.items()}
    return Found(warnings, widths)


class Widths:
    """The widths of all ids of digits only, a byte each; says at the end which are shorter than their column's others.

    The usual width of a column is that of at least 19 in 20 of its ids of digits only; or of at least half of them,
    where some of that width begin with 0. So counted ids, which grow a digit now and then, have none.
    """

    def __init__(self) -> None:
        self._columns: dict[tuple[int, int], _Column] = {}

    def add(self, file: int, first: int, widths: dict[int, pl.Series], records: pl.DataFrame) -> None:
        """The next piece of a file: `Found.widths`, and the records they are of; `first`: its first row's line."""
        for place, column in widths.items():
            self._columns.setdefault((file, place), _Column()).add(first, column.to_numpy(), records[str(place)])

    def late(self) -> pl.DataFrame:
        """`short_id` of all lines added: `WARNINGS`, by line and place. `value` is null where an id is not among the
        first `VALUES_KEPT` of its width in its column.
        """
        found = [column.short(place) for (_, place), column in self._columns.items()]
        some = [frame for frame in found if frame is not None]
        return pl.concat(some).sort("line", "place") if some else pl.DataFrame(schema=WARNINGS)


class _Column:
    """The ids of one column of one file."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, npt.NDArray[np.uint8]]] = []
        self._counts = np.zeros(256, np.int64)
        self._values: list[pl.DataFrame] = []

    def add(self, first: int, widths: npt.NDArray[np.uint8], cells: pl.Series) -> None:
        counts = np.bincount(widths, minlength=256)
        if not counts[1:].any():
            return
        for width in np.flatnonzero((counts > 0) & (self._counts < VALUES_KEPT)):
            if width:
                rows = np.flatnonzero(widths == width)[: VALUES_KEPT - self._counts[width]]
                self._values.append(pl.DataFrame({"line": first + rows, "value": cells.gather(rows)}))
        self._pieces.append((first, widths))
        self._counts += counts

    def short(self, place: int) -> pl.DataFrame | None:
        usual, found = _usual(self._counts), []
        for first, widths in self._pieces:
            rows = np.flatnonzero(_is_short(widths, usual))
            if len(rows):
                found.append(pl.DataFrame({"line": first + rows, "width": widths[rows] & WIDEST}))
        if not found:
            return None
        values = pl.concat([pl.DataFrame(schema={"line": pl.Int64, "value": pl.String}), *self._values])
        digits = pl.when(pl.col("width") == 1).then(pl.lit(" digit")).otherwise(pl.lit(" digits"))
        return (
            pl.concat(found)
            .join(values, on="line", how="left")
            .select(
                "line",
                pl.lit(place, pl.Int16).alias("place"),
                pl.lit("short_id").alias("code"),
                "value",
                pl.concat_str("width", digits, pl.lit(f" where {usual} are usual")).alias("detail"),
            )
        )


class Sign(NamedTuple):
    """One code in one column: how many cells, and the first of their values."""

    cells: int
    examples: tuple[str, ...]


def column_signs(values: pl.Series, what: What) -> dict[str, Sign]:
    """The signs in one column of text (null where absent), by code, each with its `EXAMPLES` first values."""
    text = values.cast(pl.String)
    line = pl.int_range(len(text), eager=True).alias("line")
    if what == "id":
        odd, column = _ids(line, text)
        widths = column.to_numpy()
        rows = np.flatnonzero(_is_short(widths, _usual(np.bincount(widths, minlength=256))))
        found = pl.concat([odd, _coded(pl.DataFrame({"line": rows, "value": text.gather(rows)}), "short_id")])
    else:
        found = _odd(line, text, what)
        if what == "group":
            found = pl.concat([found, _unseen(line, text)])
    each = found.sort("line").group_by("code").agg(pl.len(), pl.col("value").head(EXAMPLES)).sort("code")
    return {code: Sign(cells, tuple(examples)) for code, cells, examples in each.iter_rows()}


# --- one column -------------------------------------------------------------------------------------


def _odd(line: pl.Series, cells: pl.Series, what: What) -> pl.DataFrame:
    """(`line`, `code`, `value`) of what single cells show; of ids, `_ids`."""
    text = pl.col("value")
    frame = pl.DataFrame([line, cells.alias("value")])
    found = [pl.DataFrame(schema=_ODD)]
    foreign = cells.str.len_bytes() != cells.str.len_chars()
    if foreign.any():
        found.append(_coded(frame.filter(foreign).filter(text.str.contains(_MOJIBAKE)), "mojibake"))
    if what == "email":
        found.append(_coded(frame.filter(text.str.contains(_NO_ADDRESS)), "placeholder"))
    elif what == "group":
        found.append(_coded(frame.filter(_is(_SCIENTIFIC)), "scientific_number"))
    return pl.concat(found)


def _ids(line: pl.Series, cells: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """The same of ids of people, and their widths, UInt8: how many digits, at most `WIDEST`, and `_PADDED` more where
    the first is 0; 0 for what is not of digits only.
    """
    number = cells.cast(pl.UInt64, strict=False)  # quicker than any pattern
    digits = number.is_not_null() & ~cells.str.starts_with("+")
    frame = pl.DataFrame([line, cells.alias("value")])
    found = [_odd(line, cells, "text"), _coded(frame.filter(digits & (number == 0)), "placeholder")]
    if digits.all():
        return pl.concat(found), _digits_of(cells)
    suspects = frame.filter(~digits & cells.str.contains(_ODD_ID))
    found.append(_unseen(line, cells))
    found.append(_coded(suspects.filter(_is(_SCIENTIFIC)), "scientific_number"))
    found.append(_coded(suspects.filter(_is("0+")), "placeholder"))
    found.append(_coded(frame.filter(is_nothing(cells)), "placeholder"))
    widths = pl.repeat(0, len(cells), dtype=pl.UInt8, eager=True)
    if digits.any():
        widths = _digits_of(cells).set(~digits, 0)
    others = suspects.filter(_is("[0-9]+"))  # very long, or with blanks around
    if others.height:
        widths = widths.scatter(others["line"], _digits_of(trimmed_series(others["value"])))
    return pl.concat(found), widths


def _odd_groups(line: pl.Series, cells: pl.Series) -> pl.DataFrame:
    """The same of cells that are lists, for each part."""
    suspects = cells.str.contains("+", literal=True) | (cells.str.len_bytes() != cells.str.len_chars())
    if not suspects.any():
        return pl.DataFrame(schema=_ODD)
    parts = pl.DataFrame([line, cells.alias("value").str.split("|")]).filter(suspects).explode("value")
    line, cells = parts["line"], parts["value"]
    return pl.concat([_odd(line, cells, "group"), _unseen(line, cells)])


def _unseen(line: pl.Series, cells: pl.Series) -> pl.DataFrame:
    """The same of what is invisible within ids."""
    foreign = (cells.str.len_bytes() != cells.str.len_chars()).fill_null(False)
    if not foreign.any():
        return pl.DataFrame(schema=_ODD)
    frame = pl.DataFrame([line, cells.alias("value")]).filter(foreign)
    seen = trimmed_column(pl.col("value")).str.replace_all(_BELONGING, "${1}")
    return _coded(frame.filter(has_invisible(seen)), "invisible_character")


def _unseen_parts(line: pl.Series, cells: pl.Series, separator: str | None) -> pl.DataFrame:
    """`_unseen` of each part of cells that are lists."""
    if separator is None or cells.str.len_bytes().sum() == cells.str.len_chars().sum():
        return _unseen(line, cells)
    parts = pl.DataFrame([line, cells.alias("value").str.split(separator)]).explode("value")
    return _unseen(parts["line"], parts["value"])


_ODD = {"line": pl.Int64, "code": pl.String, "value": pl.String}


def _coded(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    return frame.select("line", pl.lit(code).alias("code"), "value")


def _is(pattern: str) -> pl.Expr:
    return pl.col("value").str.contains(f"^{_BLANKS}{pattern}{_BLANKS}$")


def _warnings(odd: pl.DataFrame, place: int) -> pl.DataFrame:
    return odd.with_columns(pl.lit(place, pl.Int16).alias("place"), pl.lit(None, pl.String).alias("detail")).select(
        *WARNINGS
    )


def _digits_of(digits: pl.Series) -> pl.Series:
    text = pl.col("digits")
    return (
        digits.alias("digits")
        .to_frame()
        .select(
            text.str.len_bytes().clip(upper_bound=WIDEST).cast(pl.UInt8).fill_null(0)
            + text.str.starts_with("0").fill_null(False).cast(pl.UInt8) * _PADDED
        )
        .to_series()
    )


def _usual(counts: npt.NDArray[np.int64]) -> int:
    """The usual width of ids, 0 if there is none; counts: of each of their 256 values."""
    counts = counts.copy()
    counts[0] = 0
    padded = counts[_PADDED:]
    of_width = counts[:_PADDED] + padded
    ids = of_width.sum()
    usual = (20 * of_width >= 19 * ids) | ((2 * of_width >= ids) & (padded > 0))
    return int(np.flatnonzero(usual).max(initial=0)) if ids >= ENOUGH else 0


def _is_short(widths: npt.NDArray[np.uint8], usual: int) -> npt.NDArray[np.bool_]:
    digits = widths & WIDEST
    return (digits > 0) & (digits < usual)


# --- several columns --------------------------------------------------------------------------------


def _bare_hashes(line: pl.Series, hashes: pl.Series, emails: pl.Series, place: int) -> pl.DataFrame:
    frame = pl.DataFrame([line, hashes.alias("value"), emails.alias("email")]).drop_nulls()
    if not frame.height:
        return pl.DataFrame(schema=WARNINGS)
    frame = frame.with_columns(
        trimmed_column(pl.col("value")).str.to_lowercase().alias("hash"),
        trimmed_column(pl.col("email")).str.strip_prefix("mailto:").alias("address"),
    ).filter(pl.col("hash").str.len_bytes() == 40)
    lower = pl.col("address").str.to_lowercase()
    found = [
        spelling.filter(spelling["hash"] == _sha1s(spelling["address"]))
        for spelling in (frame, frame.filter(lower != pl.col("address")).with_columns(lower))
    ]
    return (
        pl.concat(found)
        .unique("line", keep="first", maintain_order=True)
        .select(
            "line",
            pl.lit(place, pl.Int16).alias("place"),
            pl.lit("hash_of_bare_address").alias("code"),
            "value",
            pl.col("address").alias("detail"),
        )
    )


def _sha1s(texts: pl.Series) -> pl.Series:
    # The rows are few: both columns are filled. No expression of polars knows SHA-1.
    digests = [hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() for text in texts]
    return pl.Series(digests, dtype=pl.String)


def _group_ids(header: Header) -> list[int]:
    """The places whose cells groups' ids are made of."""
    return sorted({*_mapped_group_ids(header), *([] if header.groups is None else [header.groups])})


def _mapped_group_ids(header: Header) -> dict[int, str | None]:
    """The places of columns that a mapping makes ids of groups of, and what separates the parts of those that are
    lists.
    """
    places: dict[int, str | None] = {}
    for entry in header.mapped_groups:
        for group in (entry.group, *entry.parents):
            for column in group.custom_id.columns:
                split = entry.split.separator if entry.split and entry.split.column == column else None
                places[int(column)] = split or places.get(int(column))
    return places


def _odd_group_ids(line: pl.Series, cells: pl.Series, separator: str | None) -> pl.DataFrame:
    bare = trimmed_series(cells)
    if separator:
        bare = bare.str.replace_all(separator, "", literal=True)
    odd = bare.str.contains(NOT_IN_A_GROUP_ID)
    frame = pl.DataFrame([line, cells.alias("value")])
    return _coded(frame.filter(odd) if odd.any() else frame[:0], "odd_group_id")


def _numbers(line: pl.Series, records: pl.DataFrame, header: Header, place: int, numeric: pl.DataFrame) -> pl.DataFrame:
    sources = (place,) if header.sources is None else header.sources[place]
    rows = numeric.filter(pl.col("place").is_in(sources)).select("line_number")
    values = pl.DataFrame([line, records["line_number"], records[str(place)].alias("value")])
    found = values.join(rows, on="line_number", how="semi")
    return _warnings(_coded(found.drop_nulls("value"), "numeric_cell"), place)
