"""Laws of identifiers, for any text; and of the column face: it is the one-value face."""

import string
import unicodedata
from typing import get_args

import email_validator
import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from laws import examples

from identity import identifiers_in_bulk as columns
from identity.addresses import PLAIN_ADDRESS, address_check, is_plain_address
from identity.blanks import INVISIBLE, trimmed
from identity.identifiers import (
    Identifier,
    Kind,
    near,
    normalise,
    normalise_custom_id,
    normalise_group_custom_id,
    normalise_home_page,
)
from identity.texts import MAX_BYTES, Invalid

KINDS: tuple[Kind, ...] = get_args(Kind)

# A busy machine is no failure.
calm = settings(deadline=None)

# Texts near the grammars: what matters to some rule, strung together.
MATTER = [
    *("mailto:", "MAILTO:", "@", "bob", "Bob.Smith", "B", "info", ".", "..", "-", "--", "+tag", "_", "'"),
    *(
        "example.com",
        "Corp.LOCAL",
        "localhost",
        "xn--bcher-kva",
        "XN--",
        "bücher",
        "bu\u0308cher",
        "ß",
        "İ",
        "K",
    ),
    *(
        "http://",
        "HTTPS://",
        "https://",
        "http:",
        "urn:",
        "x:",
        "ftp://",
        "//",
        "/",
        "/./",
        "/../",
        "/.",
        "/..",
        "?",
    ),
    *(
        "#",
        ":80",
        ":",
        "[::1]",
        "[2001:DB8::7]",
        "[",
        "%41",
        "%2e",
        "%2E%2E",
        "%25",
        "%c3%bc",
        "%",
        "%4",
        "/a/b",
        "~",
    ),
    *(" ", "\u00a0", "\t", "\r\n", "\x00", "\x1f", "\x7f", "\x85", "\u200e", "\u2003", "\u3000", "\ufeff"),
    *("<", '"', "\\", "|", "{", "`", "\ue000", "\U0001f600", "﷼", "ﷺ" * 40, "x" * 64, "y" * 500, "é" * 300),
    *(
        "cc1e39b02974c5d21e792d7febcaa6018bb6c574",
        "CC1E39B02974C5D21E79",
        "2d7febcaa6018bb6c574",
        "g",
        "＠",
        "。",
    ),
]
strung = st.lists(st.sampled_from(MATTER), max_size=8).map("".join)
blanks = st.text(" \t\r\n\u00a0", max_size=3)
local_part = st.from_regex(r"\A[A-Za-z0-9_+'ü\u0308]{1,8}(\.[A-Za-z0-9é]{1,8})?\Z")
domain = st.from_regex(r"\A[A-Za-z0-9üß]{1,9}([.-]?[A-Za-z0-9]{1,9}){0,3}\Z")
address = st.builds("{}{}@{}".format, st.sampled_from(["", "mailto:", "MailTo:"]), local_part, domain)
segment = st.text(string.ascii_letters + "0123456789.~%é;=", max_size=5).map(lambda s: s.replace("%", "%2e"))
iri = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "x"]),
    domain,
    st.sampled_from(["", ":80", ":"]),
    st.lists(segment, max_size=5).map(lambda segments: "".join("/" + each for each in segments)),
    st.sampled_from(["", "?a=/../%41", "#b", "?#", "/"]),
)
bare = st.one_of(st.text(), strung, address, iri, st.text("0123456789abcdefABCDEF", min_size=39, max_size=41))
texts = st.builds("{}{}{}".format, blanks, bare, blanks)
# Polars holds UTF-8: no halves of surrogate pairs.
storable = texts.filter(lambda text: not any("\ud800" <= character <= "\udfff" for character in text))
kinds = st.sampled_from(KINDS)

# Mailboxes and IRIs that are valid more often than not.
likely = st.one_of(
    st.tuples(st.just("mbox"), st.one_of(address, strung), st.none()),
    st.tuples(st.just("openid"), st.one_of(iri, strung), st.none()),
    st.tuples(st.just("account"), texts, st.one_of(iri, strung)),
    st.tuples(
        st.just("mbox_sha1sum"), st.text("0123456789abcdefABCDEF", min_size=40, max_size=40), st.none()
    ),
    st.tuples(kinds, texts, texts),
)
Written = tuple[Kind, str, str | None]


def valid(written: Written, *, fold: bool = False) -> Identifier:
    found = normalise(*written, fold_mailbox_case=fold)
    assume(isinstance(found, Identifier))
    assert isinstance(found, Identifier)
    return found


@calm
@given(likely, st.booleans())
def test_normal_forms_are_idempotent(written: Written, fold: bool) -> None:
    found = valid(written, fold=fold)
    assert normalise(found.kind, found.value, found.home_page, fold_mailbox_case=fold) == found
    # And folding a form that was not folded is folding the text itself.
    folded = normalise(*written, fold_mailbox_case=True)
    assert normalise(found.kind, found.value, found.home_page, fold_mailbox_case=True) == folded


@calm
@given(likely)
def test_kind_home_page_and_value_are_recovered(written: Written) -> None:
    found = valid(written)
    kind, value, home_page = written
    if kind == "account":
        assert home_page is not None
        assert found.home_page == normalise_home_page(home_page)
        assert found.value == trimmed(value)
        assert found.ifi == f"{found.home_page} {found.value}"
    else:
        assert found.home_page is None
        assert found.value == found.ifi
        assert " " not in found.ifi


@calm
@given(st.lists(likely, min_size=2, max_size=6))
def test_two_normal_forms_never_share_an_ifi(many: list[Written]) -> None:
    forms = set()
    keys = set()
    for written in many:
        found = normalise(*written)
        if isinstance(found, Identifier):
            page = normalise_home_page(written[2] or "") if written[0] == "account" else None
            forms.add((found.kind, page, trimmed(written[1]) if written[0] == "account" else found.ifi))
            keys.add((found.kind, found.ifi))
    assert len(forms) == len(keys)


@calm
@given(likely)
def test_an_ifi_can_be_stored_and_indexed(written: Written) -> None:
    found = valid(written)
    for text in (found.ifi, near(found)):
        assert 0 < len(text.encode()) <= MAX_BYTES
        assert "\0" not in text
    assert not any(unicodedata.category(character) == "Cc" for character in found.ifi)
    assert trimmed(found.ifi) == found.ifi


@calm
@given(st.one_of(texts, address.map("{}\u200b.".format), address.map('"{}"'.format)))
def test_what_is_wrong_with_an_address_is_never_told_in_the_words_of_the_validator(text: str) -> None:
    found = normalise("mbox", text)
    assume(isinstance(found, Invalid) and found.code == "invalid_mbox" and found.detail != "there is no address")
    assert isinstance(found, Invalid)
    with pytest.raises(email_validator.EmailSyntaxError) as error:
        email_validator.validate_email(trimmed(text).removeprefix("mailto:"), check_deliverability=False)
    assert found.detail
    assert found.detail.lower() not in str(error.value).lower()


@calm
@given(texts | st.from_regex(PLAIN_ADDRESS, fullmatch=True))
def test_what_is_plainly_an_address_is_one(text: str) -> None:
    if is_plain_address(text):
        assert address_check()(text)


@calm
@given(texts, st.booleans())
def test_custom_ids_are_idempotent(text: str, of_group: bool) -> None:
    custom_id = normalise_group_custom_id if of_group else normalise_custom_id
    found = custom_id(text)
    if isinstance(found, str):
        assert custom_id(found) == found == trimmed(text)


# --- near -------------------------------------------------------------------------------------------


def varied(written: Written, how: str) -> Written:
    """The same identifier, written with one of the differences that near misses are about."""
    kind, value, page = written

    def vary_iri(text: str) -> str:
        scheme, colon, rest = text.partition(":")
        if how == "scheme":
            return {"http": "https", "https": "http"}.get(scheme.lower(), scheme) + colon + rest
        if how == "slash":
            path = rest.split("?")[0].split("#")[0]
            return scheme + colon + path + "/" + rest[len(path) :]
        return vary_text(text)

    def vary_text(text: str) -> str:
        if how == "case":
            # Letters of percent-encodings are no letters.
            return "%".join(
                (part[:2] if index else "") + (part[2:] if index else part).swapcase()
                for index, part in enumerate(text.split("%"))
            )
        return unicodedata.normalize(how, text) if how in ("NFC", "NFD", "NFKC") else text

    if kind == "openid":
        return kind, vary_iri(value), page
    if kind == "account":
        return kind, vary_text(value), page and vary_iri(page)
    if kind == "mbox" and how == "punycode":
        local, at, host = value.rpartition("@")
        labels = [
            part if part.isascii() else "xn--" + part.encode("punycode").decode() for part in host.split(".")
        ]
        return kind, local + at + ".".join(labels), page
    return kind, vary_text(value) if kind == "mbox" else value, page


short_account = st.tuples(st.just("account"), st.text(max_size=20), iri)
near_ones = st.one_of(
    st.tuples(st.just("mbox"), address, st.none()),
    st.tuples(st.just("openid"), iri, st.none()),
    short_account,
)


@calm
@given(near_ones, st.sampled_from(["case", "slash", "scheme", "NFC", "NFD", "NFKC", "punycode"]))
def test_near_forms_coincide_for_the_documented_differences(written: Written, how: str) -> None:
    other = varied(written, how)
    assume(trimmed(other[1]) == other[1])  # by NFKC a macron is a blank with a stroke, and blanks at the ends go
    assert near(valid(written)) == near(valid(other))


@calm
@given(st.text(max_size=20), iri, st.sampled_from(INVISIBLE))
def test_what_is_invisible_does_not_matter_to_near(name: str, page: str, unseen: str) -> None:
    found, other = normalise("account", name, page), normalise("account", unseen.join(name), page)
    if isinstance(found, Identifier) and isinstance(other, Identifier):
        assert near(other) == near(found)


@calm
@given(likely)
def test_near_keeps_kinds_of_difference_apart(written: Written) -> None:
    found = valid(written)
    again = near(found)
    if found.kind == "mbox_sha1sum":
        assert again == found.ifi
    if found.ifi.isascii() and "xn--" not in found.ifi.lower():
        # For ASCII it is no more than letter case, the scheme, and slashes.
        assert again.lower() == again
        lower = found.ifi.lower()
        if found.kind != "mbox" and lower.startswith("http:"):
            lower = "https:" + lower.removeprefix("http:")
        assert again.replace("/", "") == lower.replace("/", "")


# --- columns ----------------------------------------------------------------------------------------


def expected(kind: Kind, value: str | None, home_page: str | None, fold: bool) -> dict[str, str | None]:
    """The row that the column face shall give, by the one-value face."""
    row = dict.fromkeys(("ifi", "near", "as_written", "code", "detail", "at"))
    blank = not trimmed(value or "")
    if blank and (kind != "account" or not trimmed(home_page or "")):
        return row
    found = normalise(kind, value or "", home_page, fold_mailbox_case=fold)
    if isinstance(found, Invalid):
        fault = "value"
        if kind == "account" and not blank and isinstance(normalise_home_page(home_page or ""), Invalid):
            fault = "home_page"
        return {**row, "code": found.code, "detail": found.detail, "at": fault}
    written = f"{home_page} {value}" if kind == "account" else value
    return {
        **row,
        "ifi": found.ifi,
        "near": near(found) if near(found) != found.ifi else None,
        "as_written": written if written != found.ifi else None,
    }


# Hosts and paths as plain as can be, and what `near` makes one of: punycode, slashes at the end, http, a port.
label = st.sampled_from(["example", "xn--rsum-bpad", "résumé", "xn--", "xn--a", "xn--99999999", "axn--b", "1", "_x"])
plain_iri = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https"]),
    st.lists(label, min_size=1, max_size=3).map(".".join),
    st.sampled_from(["", ":", ":8080"]),
    st.sampled_from(["", "/", "//", "/a", "/A/", "/xn--rsum-bpad", "/a/b//"]),
    st.sampled_from(["", "?", "?A=/", "#", "#B/", "?a#b//"]),
)


@calm
@given(st.lists(plain_iri, max_size=12))
def test_what_is_near_a_plain_iri_is_one_truth(iris: list[str]) -> None:
    values = pl.Series(iris, dtype=pl.String)
    for kind in ("openid", "account"):
        pages, names = (values, pl.Series(["n"] * len(iris), dtype=pl.String)) if kind == "account" else (None, values)
        found = columns.normalise(kind, names, pages)
        wanted = [expected(kind, "n" if kind == "account" else text, text, False) for text in iris]
        assert found.to_dicts() == wanted


@pytest.mark.parametrize("port", ["", ":", ":8080"])
@pytest.mark.parametrize("kind", KINDS[2:])
def test_punycode_is_near_what_it_spells(kind: Kind, port: str) -> None:
    pages = f"http://xn--rsum-bpad{port}/", f"http://résumé{port}", f"https://xn--rsum-bpad{port}"
    found = [normalise(kind, "n" if kind == "account" else page, page) for page in pages]
    assert len({near(one) for one in found if isinstance(one, Identifier)}) == 1


cells = st.one_of(st.none(), storable)
rows = st.lists(st.tuples(cells, st.one_of(cells, iri)), max_size=12)


@given(kinds, rows, st.booleans())
@settings(calm, max_examples=examples(150))
@example(
    "mbox", [("bob@example.com", None), ("Bob@EXAMPLE.com ", None), ("ü@x.org", None), (None, None)], False
)
@example("mbox", [("BOB@x.org", None), ("mailto:BOB@x.org", None)], True)
@example("account", [("a\x00", "http://x"), ("b", "nowhere"), (None, "nowhere"), (None, "http://x")], False)
@example(
    "account",
    [("É" * 990, "http://x"), ("ﷺ" * 200, "http://x"), ("É", "HTTP://x/"), ("é", " http://x")],
    False,
)
@example("account", [("x", "http://x/" + "y" * length) for length in (1988, 1989, 1990, 1991, 1992)], False)
@example("openid", [("http://x/" + "y" * 1991, None), ("http://x/" + "y" * 1992, None)], False)
@example("openid", [("http://x//?a//", None), ("https://x//", None), ("http://x/a?b/#c/", None)], False)
def test_columns_say_what_single_values_say(
    kind: Kind, cells: list[tuple[str | None, str | None]], fold: bool
) -> None:
    values = pl.Series([value for value, _ in cells], dtype=pl.String)
    pages = pl.Series([page for _, page in cells], dtype=pl.String)
    found = columns.normalise(kind, values, pages if kind == "account" else None, fold_mailbox_case=fold)
    assert found.schema == dict.fromkeys(("ifi", "near", "as_written", "code", "detail", "at"), pl.String)
    assert found.to_dicts() == [expected(kind, value, page, fold) for value, page in cells]


@calm
@given(st.lists(cells, max_size=12), st.booleans())
def test_columns_of_custom_ids(cells: list[str | None], of_groups: bool) -> None:
    one = normalise_group_custom_id if of_groups else normalise_custom_id
    many = columns.normalise_group_custom_id if of_groups else columns.normalise_custom_id
    wanted = []
    for cell in cells:
        found = one(cell or "")
        if isinstance(found, Invalid):
            wanted.append({"custom_id": None, "code": found.code, "detail": found.detail})
        else:
            wanted.append({"custom_id": found or None, "code": None, "detail": None})
    result = many(pl.Series(cells, dtype=pl.String))
    assert result.schema == dict.fromkeys(("custom_id", "code", "detail"), pl.String)
    assert result.to_dicts() == wanted


@calm
@given(st.lists(cells, max_size=12))
def test_trimmed_is_trim(cells: list[str | None]) -> None:
    frame = pl.DataFrame({"text": cells}, schema={"text": pl.String})
    found = frame.select(columns.trimmed(pl.col("text"))).to_series().to_list()
    assert found == [trimmed(cell or "") or None for cell in cells]
