"""`identity.identifiers` on whole polars columns: the same results, for any text.

A value that is plainly well formed is recognised, and brought into normal form, by expressions. Every other
one goes, once for each different text, through the one-value function, which is the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import polars as pl

from identity import identifiers
from identity.addresses import PLAIN_ADDRESS, PLAIN_ADDRESS_BYTES
from identity.blanks import folded, trimmed_column, trimmed_series
from identity.identifiers import INCOMPLETE, Identifier, Kind
from identity.iris import near_iri
from identity.texts import MAX_BYTES, Invalid

# What expressions say about a text. The patterns ask no table of Unicode's, and each accepts only a part of
# what the one-value function accepts.
_PLAIN_MBOX: Final = rf"^(?:mailto:)?{PLAIN_ADDRESS}$"
_PLAIN_MBOX_BYTES: Final = PLAIN_ADDRESS_BYTES + len("mailto:")
_PLAIN_SHA1: Final = "^[0-9a-fA-F]{40}$"
# Scheme and host in lower case, nothing to decode; dot segments are looked for apart.
_PLAIN_IRI: Final = (
    r"^https?://[a-z0-9._-]+(?::[0-9]*)?(?:/[a-zA-Z0-9._~!$&'()*+,;=:@/-]*)?"
    r"(?:\?[a-zA-Z0-9._~!$&'()*+,;=:@/?-]*)?(?:#[a-zA-Z0-9._~!$&'()*+,;=:@/?-]*)?$"
)
_CONTROL: Final = r"[\x00-\x1f\x7f-\x9f]"
_NOT_ASCII: Final = r"[^\x00-\x7f]"

_NULL: Final = pl.lit(None, pl.String)


class _Found(NamedTuple):
    """A row of what `_recognise` gives. `near` may be the ifi itself, null for that, or too long."""

    ifi: str | None
    near: str | None
    code: str | None
    detail: str | None


def normalise(
    kind: Kind,
    values: pl.Series,
    home_pages: pl.Series | None = None,
    *,
    fold_mailbox_case: bool = False,
) -> pl.DataFrame:
    """`identifiers.normalise` and `identifiers.near` for every row.

    values: String, null for an absent cell; for accounts the names, and `home_pages` as long as they.
    Out: as many rows, all String:

        ifi         the normal form; null if blank or invalid
        near        `identifiers.near`; null where it is the ifi itself
        as_written  the cell, untrimmed (an account's: home page, space, name); null where it is the ifi
        code        what is wrong, a code of `identity.problems`; null if nothing is
        detail      the clause that says it
        at          the cell at fault, `value` or `home_page`

    A blank cell (null, or nothing but what is trimmed) gives nulls; an account with one blank cell is
    `incomplete_account`, at the blank one.
    """
    values = values.cast(pl.String)
    if kind == "account":
        if home_pages is None:
            raise ValueError("accounts need their home pages")
        return _accounts(home_pages.cast(pl.String), values)
    texts = trimmed_cells(values)
    if kind == "mbox":
        found = _mboxes(texts, fold_mailbox_case)
    elif kind == "mbox_sha1sum":
        found = _sha1s(texts)
    else:
        found = _iris(texts, _openid)
    return found.with_columns(raw=values).select(
        "ifi",
        near=_near(pl.col("near")),
        as_written=pl.when(pl.col("ifi") != pl.col("raw")).then("raw"),
        code="code",
        detail="detail",
        at=pl.when(pl.col("code").is_not_null()).then(pl.lit("value")),
    )


def normalise_custom_id(values: pl.Series) -> pl.DataFrame:
    """`identifiers.normalise_custom_id` for every row: `custom_id`, `code`, `detail`; blank gives nulls."""
    return _custom_ids(values, identifiers.normalise_custom_id, pl.lit(True))


def normalise_group_custom_id(values: pl.Series) -> pl.DataFrame:
    """`identifiers.normalise_group_custom_id` for every row: `custom_id`, `code`, `detail`, as above."""
    no_bar = ~pl.col("text").str.contains("|", literal=True)
    return _custom_ids(values, identifiers.normalise_group_custom_id, no_bar)


def trimmed(text: pl.Expr) -> pl.Expr:
    """`blanks.trimmed` of a String expression; null for a blank text."""
    bare = trimmed_column(text)
    return pl.when(bare != "").then(bare)


def trimmed_cells(cells: pl.Series) -> pl.Series:
    """The same of a column."""
    bare = trimmed_series(cells)
    empty = bare == ""
    return bare.set(empty, None) if empty.any() else bare


# --- the kinds --------------------------------------------------------------------------------------


def _mboxes(texts: pl.Series, fold_mailbox_case: bool) -> pl.DataFrame:
    text = pl.col("text")
    plain = (
        (text.str.len_bytes() <= _PLAIN_MBOX_BYTES)
        # `xn--` and its like in a domain are the validator's to judge, and what begins with `//` is no address.
        & ~text.str.contains("--", literal=True)
        & ~text.str.contains("//", literal=True)
        & text.str.contains(_PLAIN_MBOX)
    )

    def normal_forms(plain_ones: pl.DataFrame) -> pl.DataFrame:
        address, lower = pl.col("address"), pl.col("lower")
        frame = plain_ones.select(address=text.str.strip_prefix("mailto:"))
        frame = frame.with_columns(lower=address.str.to_lowercase())
        if fold_mailbox_case or not frame.select((address != lower).any()).item():
            return frame.select(ifi=pl.concat_str(pl.lit("mailto:"), lower), near=_NULL)
        parts = address.str.split_exact("@", 1).struct
        local, domain = parts.field("field_0"), parts.field("field_1").str.to_lowercase()
        return frame.select(
            ifi=pl.concat_str(pl.lit("mailto:"), local, pl.lit("@"), domain),
            near=pl.concat_str(pl.lit("mailto:"), lower),
        )

    def one(value: str) -> _Found:
        return _found(identifiers.normalise("mbox", value, fold_mailbox_case=fold_mailbox_case))

    return _recognise(texts, plain, normal_forms, one)


def _sha1s(texts: pl.Series) -> pl.DataFrame:
    text = pl.col("text")
    return _recognise(
        texts,
        text.str.contains(_PLAIN_SHA1),
        lambda plain_ones: plain_ones.select(ifi=text.str.to_lowercase(), near=_NULL),
        lambda value: _found(identifiers.normalise("mbox_sha1sum", value)),
    )


def _iris(texts: pl.Series, one: Callable[[str], _Found]) -> pl.DataFrame:
    """OpenIDs, or accounts' home pages; `one` is the one-value function."""
    text = pl.col("text")
    plain = (
        (text.str.len_bytes() <= MAX_BYTES)
        & ~text.str.contains("/.", literal=True)
        & ~text.str.contains("xn--", literal=True)  # `near` decodes it
        & text.str.contains(_PLAIN_IRI)
    )

    def normal_forms(plain_ones: pl.DataFrame) -> pl.DataFrame:
        near = text.str.to_lowercase().str.replace("^http:", "https:")
        # The slashes at the path's end.
        if plain_ones.select(text.str.contains("[?#]").any()).item():
            near = near.str.replace("^([^?#]*[^?#/])/+([?#].*)?$", "${1}${2}")
        else:
            near = near.str.strip_chars_end("/")
        return plain_ones.select(ifi=text, near=near)

    return _recognise(texts, plain, normal_forms, one)


def _openid(value: str) -> _Found:
    return _found(identifiers.normalise("openid", value))


def _home_page(value: str) -> _Found:
    found = identifiers.normalise_home_page(value)
    if isinstance(found, Invalid):
        return _Found(None, None, *found)
    return _Found(found, near_iri(found), None, None)


def _accounts(home_pages: pl.Series, names: pl.Series) -> pl.DataFrame:
    # Home pages repeat by the thousand: each is looked at once.
    pages = home_pages.unique().to_frame("raw_page")
    found = _iris(trimmed_cells(pages["raw_page"]), _home_page)
    pages = pages.with_columns(found.rename({"ifi": "page", "near": "near_page"}))
    frame = (
        pl.DataFrame({"raw_page": home_pages, "raw_name": names})
        .join(pages, on="raw_page", how="left", nulls_equal=True, maintain_order="left")
        .with_columns(trimmed_cells(names).alias("name"))
    )
    page, name, raw_page, raw_name = map(pl.col, ("page", "name", "raw_page", "raw_name"))
    ifi, near, code, detail, at = map(pl.col, ("ifi", "near", "code", "detail", "at"))

    no_page = page.is_null() & code.is_null()
    one_blank = no_page != name.is_null()
    frame = frame.with_columns(
        ifi=pl.concat_str(page, pl.lit(" "), name),
        code=pl.when(one_blank).then(pl.lit("incomplete_account")).when(name.is_not_null()).then(code),
        detail=pl.when(one_blank)
        .then(pl.when(no_page).then(pl.lit(INCOMPLETE[False])).otherwise(pl.lit(INCOMPLETE[True])))
        .when(name.is_not_null())
        .then(detail),
        at=pl.when(one_blank & name.is_null())
        .then(pl.lit("value"))
        .when(one_blank | (code.is_not_null() & name.is_not_null()))
        .then(pl.lit("home_page")),
    )

    odd = ifi.is_not_null() & (name.str.contains(_CONTROL) | (ifi.str.len_bytes() > MAX_BYTES))
    if frame.select(odd.any()).item():
        suspects = frame.filter(odd).select(ifi.unique()).to_series()
        judged = _table("ifi", suspects, _account)
        frame = frame.join(judged, on="ifi", how="left", maintain_order="left").with_columns(
            ifi=pl.when(pl.col("code_right").is_null()).then(ifi),
            code=code.fill_null(pl.col("code_right")),
            detail=detail.fill_null(pl.col("detail_right")),
            at=pl.when(pl.col("code_right").is_not_null()).then(pl.lit("value")).otherwise(at),
        )

    near_name = name.str.to_lowercase()
    foreign = ifi.is_not_null() & name.str.contains(_NOT_ASCII)
    if frame.select(foreign.any()).item():
        different = frame.filter(foreign).select(name.unique()).to_series()
        folds = pl.DataFrame({"name": different, "folded": [folded(text) for text in different.to_list()]})
        frame = frame.join(folds, on="name", how="left", maintain_order="left")
        near_name = pl.coalesce("folded", near_name)
    frame = frame.with_columns(near_name=near_name)
    differs = (pl.col("near_page") != page) | (pl.col("near_name") != name)
    near_text, written = _NULL, _NULL
    # A column is only put together where some row needs it.
    if frame.select((ifi.is_not_null() & differs).any()).item():
        near_text = pl.when(ifi.is_not_null()).then(
            pl.concat_str(pl.col("near_page"), pl.lit(" "), pl.col("near_name"))
        )
    differs = (raw_page != page) | (raw_name != name)
    if frame.select((ifi.is_not_null() & differs).any()).item():
        written = pl.when(ifi.is_not_null() & differs).then(pl.concat_str(raw_page, pl.lit(" "), raw_name))
    frame = frame.with_columns(near=near_text, as_written=written)
    return frame.select(ifi, near=_near(near), as_written="as_written", code=code, detail=detail, at=at)


def _account(ifi: str) -> _Found:
    account = Identifier("account", ifi)
    return _found(identifiers.normalise("account", account.value, account.home_page))


def _custom_ids(values: pl.Series, one: Callable[[str], str | Invalid], allowed: pl.Expr) -> pl.DataFrame:
    text = pl.col("text")
    plain = (text.str.len_bytes() <= MAX_BYTES) & ~text.str.contains(_CONTROL) & allowed

    def found(value: str) -> _Found:
        custom_id = one(value)
        if isinstance(custom_id, Invalid):
            return _Found(None, None, *custom_id)
        return _Found(custom_id, None, None, None)

    texts = trimmed_cells(values.cast(pl.String))
    ids = _recognise(texts, plain, lambda plain_ones: plain_ones.select(ifi=text, near=_NULL), found)
    return ids.select("code", "detail", custom_id="ifi").select("custom_id", "code", "detail")


# --- the plain and the rest -------------------------------------------------------------------------


def _recognise(
    texts: pl.Series,
    plain: pl.Expr,
    normal_forms: Callable[[pl.DataFrame], pl.DataFrame],
    one: Callable[[str], _Found],
) -> pl.DataFrame:
    """ifi, near, code and detail of trimmed texts; nulls for null.

    plain: over the column `text`, whether `normal_forms` (a frame with `text` -> one with `ifi` and `near`)
    does for it; `one` does for every other text.
    """
    frame = texts.alias("text").to_frame()
    is_plain = frame.select(plain.fill_null(True)).to_series()
    if is_plain.all():
        return normal_forms(frame).with_columns(code=_NULL, detail=_NULL)
    rest = frame.filter(~is_plain)
    table = _table("text", rest["text"].unique(), one)
    both = pl.concat(
        [
            normal_forms(frame.filter(is_plain)).with_columns(code=_NULL, detail=_NULL),
            rest.join(table, on="text", how="left", maintain_order="left").drop("text"),
        ]
    )
    order = pl.concat([is_plain.arg_true(), (~is_plain).arg_true()]).arg_sort()
    return both[order]


def _table(key: str, different: pl.Series, one: Callable[[str], _Found]) -> pl.DataFrame:
    """What `one` finds for each text, beside the text; an ifi that is the key itself is left out."""
    found = [one(text) for text in different.to_list()]
    columns = [name for name in _Found._fields if name != key]
    schema = dict.fromkeys(columns, pl.String)
    rows = [tuple(getattr(row, name) for name in columns) for row in found]
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.insert_column(0, different.alias(key))


def _found(identifier: Identifier | Invalid) -> _Found:
    if isinstance(identifier, Invalid):
        return _Found(None, None, *identifier)
    return _Found(identifier.ifi, identifiers.near(identifier), None, None)


def _near(near: pl.Expr) -> pl.Expr:
    """`near`, unless it is the ifi itself or too long."""
    return pl.when((near != pl.col("ifi")) & (near.str.len_bytes() <= MAX_BYTES)).then(near)
