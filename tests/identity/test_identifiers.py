"""Examples of every rule of identifiers, each with its source."""

import hashlib

import pytest

from identity.blanks import trimmed
from identity.identifiers import (
    Identifier,
    Kind,
    near,
    normalise,
    normalise_custom_id,
    normalise_group_custom_id,
    normalise_home_page,
    recognise,
)
from identity.texts import Invalid


def ifi(kind: Kind, value: str, home_page: str | None = None, *, fold: bool = False) -> str:
    found = normalise(kind, value, home_page, fold_mailbox_case=fold)
    assert isinstance(found, Identifier), found
    assert found.kind == kind
    return found.ifi


def code(kind: Kind, value: str, home_page: str | None = None) -> str:
    found = normalise(kind, value, home_page)
    assert isinstance(found, Invalid), found
    assert found.detail
    assert not found.detail.endswith(".")
    return found.code


# --- mbox -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("bob@example.com", "mailto:bob@example.com"),
        ("mailto:bob@example.com", "mailto:bob@example.com"),
        ("MailTo:bob@example.com", "mailto:bob@example.com"),
        (" \t\r\n\u00a0bob@example.com\u00a0 ", "mailto:bob@example.com"),
        ("Bob.Smith@Example.COM", "mailto:Bob.Smith@example.com"),
        # Neither dots nor tags are anybody's business.
        ("b.o.b+lms@gmail.com", "mailto:b.o.b+lms@gmail.com"),
        # Role names, which email-validator would lower-case (RFC 2142).
        ("INFO@example.com", "mailto:INFO@example.com"),
        # Names that nobody can deliver to from outside.
        ("bob@corp.local", "mailto:bob@corp.local"),
        ("bob@CORP.Local", "mailto:bob@corp.local"),
        ("bob@localhost", "mailto:bob@localhost"),
        ("bob@mail.test", "mailto:bob@mail.test"),
        ("bob@example.invalid", "mailto:bob@example.invalid"),
        ("bob@hidden.onion", "mailto:bob@hidden.onion"),
        ("bob@server", "mailto:bob@server"),
        ("bob@10.0.0.1", "mailto:bob@10.0.0.1"),
        # International: kept as written, neither composed, nor encoded, nor decoded.
        ("jürgen@bücher.example", "mailto:jürgen@bücher.example"),
        ("ju\u0308rgen@example.com", "mailto:ju\u0308rgen@example.com"),
        ("bob@bu\u0308cher.example", "mailto:bob@bu\u0308cher.example"),
        ("bob@BÜCHER.example", "mailto:bob@bÜcher.example"),
        ("bob@XN--Bcher-KVA.example", "mailto:bob@xn--bcher-kva.example"),
        ("用户@例子.广告", "mailto:用户@例子.广告"),
        # RFC 6068, 2: the IRI's octets are decoded; an address alone has none.
        ("mailto:ann%2Btag@example.com", "mailto:ann+tag@example.com"),
        ("mailto:m%c3%bcller@example.com", "mailto:müller@example.com"),
        ("mailto:bob%40example.com", "mailto:bob@example.com"),
        ("mailto:bob@B%C3%BCcher.example", "mailto:bob@bücher.example"),
        ("bob%40home@example.com", "mailto:bob%2540home@example.com"),
        ("mailto:bob%2540home@example.com", "mailto:bob%2540home@example.com"),
        ("mailto:100%25@example.com", "mailto:100%@example.com"),
        ("100%@example.com", "mailto:100%@example.com"),
    ],
)
def test_mbox(written: str, normal: str) -> None:
    assert ifi("mbox", written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "mailto:",
        "bob",
        "@example.com",
        "bob@",
        "bob@@example.com",
        "bob@example@com",
        "bob smith@example.com",
        "bob@exam ple.com",
        "mailto: bob@example.com",
        "mailto:mailto:bob@example.com",
        "mailto:bob@example.com?subject=x",
        "http://example.com",
        "Bob <bob@example.com>",
        "<bob@example.com>",
        '"bob smith"@example.com',
        "bob@[127.0.0.1]",
        ".bob@example.com",
        "bob.@example.com",
        "bo..b@example.com",
        "bob@example..com",
        "bob@-example.com",
        "bob@ex_ample.com",
        "bob@example.com.",
        "bob@ab--cd.example",
        "bob@xn--a.example",
        "bob＠example.com",
        "bob@" + "x" * 64 + ".example",
        "b" * 250 + "@example.com",
        "bob,sue@example.com",
        "bob@example.com; sue@example.com",
        "mailto://bob@example.com",
        "//bob@example.com",
        "mailto:%2F%2Fbob@example.com",
        "mailto:bob%00@example.com",
        "mailto:bob%20smith@example.com",
        "mailto:bob%FF@example.com",
        "mailto:bob%C3@example.com",
        "bob\u200b@example.com",
        "bob@exa\u00a0mple.com",
    ],
)
def test_invalid_mbox(written: str) -> None:
    assert code("mbox", written) == "invalid_mbox"


@pytest.mark.parametrize(
    ("written", "detail"),
    [
        ("mailto:", "there is no address"),
        ("mailto:b%FF@example.com", "its %-encoded octets are not UTF-8"),
        ("mailto://bob@example.com", "it begins with //, as only the addresses of hosts do"),
        ("bob", "it has no @"),
        ("@example.com", "there is nothing before the @"),
        ("bob@", "there is nothing behind the @"),
        ("bob@example@com", "it has more than one @"),
        ("bob smith@example.com", "it contains a space before the @"),
        ("bob@ex_ample.com", "it contains '_' behind the @"),
        ('"ann@corp.example"', "it is in quotation marks"),
        ("'ann@corp.example'", "it is in quotation marks"),
        ("<bob@example.com>", "it is in angle brackets"),
        ("bob\uff20example.com", "it has '\uff20' where @ belongs"),
        ("bob\u200b@example.com", "it contains U+200B"),
        ("bob@exa\u00a0mple.com", "it contains a no-break space (U+00A0)"),
        (".bob@example.com", "what stands before the @ begins with a dot"),
        ("bob.@example.com", "what stands before the @ ends with a dot"),
        ("bob@example..com", "it has two dots in a row behind the @"),
        ("bob@\u0308x.com", "what stands behind the @ begins with U+0308, which needs a letter before it"),
        ("bob@-example.com", "a part of its domain begins with a hyphen"),
        ("bob@example-.com", "a part of its domain ends with a hyphen"),
        ("bob@ab--cd.example", "a part of its domain has two hyphens where only one that begins with xn-- may"),
        ("bob@" + "x" * 64 + ".example", "a part of its domain has 64 characters, more than 63"),
        ("b" * 250 + "@example.com", "it has 262 bytes, more than 254"),
        ("bob@xn--a.example", "what stands behind the @ is no name of a domain, or too long a one"),
    ],
)
def test_what_is_wrong_with_an_mbox_is_said_in_our_own_words(written: str, detail: str) -> None:
    assert normalise("mbox", written) == Invalid("invalid_mbox", detail)


def test_mailbox_folding_lowers_ascii_letters_of_the_local_part_only() -> None:
    assert ifi("mbox", "Bob.ÄRGER@Example.com", fold=True) == "mailto:bob.Ärger@example.com"
    assert ifi("mbox", "BOB@example.com", fold=True) == ifi("mbox", "bob@example.com")
    assert ifi("account", "BOB", "https://lms.example.com", fold=True) == "https://lms.example.com BOB"
    assert ifi("openid", "https://example.com/BOB", fold=True) == "https://example.com/BOB"


# --- mbox_sha1sum -----------------------------------------------------------------------------------


def test_mbox_sha1sum() -> None:
    # The hash covers the whole IRI (xAPI 1.0.3, Data 2.4.2.3).
    digest = hashlib.sha1(ifi("mbox", "user@example.org").encode()).hexdigest()  # noqa: S324
    assert digest == "cc1e39b02974c5d21e792d7febcaa6018bb6c574"
    assert ifi("mbox_sha1sum", f" {digest.upper()}\n") == digest


@pytest.mark.parametrize(
    "written", ["", "cc1e39", "g" * 40, "a" * 39, "a" * 41, "٣" * 40, "sha1:" + "a" * 35]
)
def test_invalid_mbox_sha1sum(written: str) -> None:
    assert code("mbox_sha1sum", written) == "invalid_mbox_sha1sum"


# --- openid -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        # RFC 3986 6.2.2.1: case of scheme, host and percent-encoding.
        ("HTTP://www.EXAMPLE.com/", "http://www.example.com/"),
        ("http://example.com/%3a", "http://example.com/%3A"),
        # RFC 3986 6.2.2.2: percent-encoding of unreserved characters.
        ("http://example.com/%7Esmith/home.html", "http://example.com/~smith/home.html"),
        ("http://EXAMPLE.com/%7esmith/home.html", "http://example.com/~smith/home.html"),
        ("http://example.com/%41%7a%30%2d%2E%5F", "http://example.com/Az0-._"),
        # RFC 3986 6.2.2.3 and 5.2.4: dot segments.
        ("http://example.com/a/b/c/./../../g", "http://example.com/a/g"),
        ("http://example.com/../../a", "http://example.com/a"),
        ("http://example.com/a/..", "http://example.com/"),
        ("http://example.com/a/.", "http://example.com/a/"),
        ("http://example.com/.", "http://example.com/"),
        ("http://example.com/a//../b", "http://example.com/a/b"),
        ("http://example.com/...", "http://example.com/..."),
        ("http://example.com/a/%2e%2E/b", "http://example.com/b"),
        ("http://example.com?a/../b#c/../d", "http://example.com?a/../b#c/../d"),
        # RFC 3987 5.3.2.1 and 5.3.2.3; other characters are neither percent-encoded nor decoded.
        ("http://EXAMPLE.com/Dürst", "http://example.com/Dürst"),
        ("http://example.com/D%c3%bcrst", "http://example.com/D%C3%BCrst"),
        ("http://www.example.org/r%E9sum%e9.html", "http://www.example.org/r%E9sum%E9.html"),
        ("http://example.org/~user", "http://example.org/~user"),
        ("http://example.org/%7euser", "http://example.org/~user"),
        ("http://example.org/%7Euser", "http://example.org/~user"),
        ("HTTP://example.ORG/~user", "http://example.org/~user"),
        # No Unicode normalisation (5.3.2.2), no IDN: host letters that are not ASCII stay as they are.
        ("http://example.org/re\u0301sume\u0301", "http://example.org/re\u0301sume\u0301"),
        ("http://BÜCHER.example/", "http://bÜcher.example/"),
        ("http://XN--BCHER-KVA.example/", "http://xn--bcher-kva.example/"),
        # RFC 3987 5.3.3 is not applied: ports and slashes stay.
        ("http://example.com", "http://example.com"),
        ("http://example.com:80/", "http://example.com:80/"),
        ("http://example.com:/", "http://example.com:/"),
        ("https://example.com:443", "https://example.com:443"),
        ("http://example.com?", "http://example.com?"),
        ("http://example.com#", "http://example.com#"),
        # Userinfo, host, and addresses of RFC 3986 3.2.2.
        ("http://User:PW@Example.com/", "http://User:PW@example.com/"),
        ("http://EX%41MPLE%c3%9c.com/", "http://example%C3%9C.com/"),
        ("http://[2001:DB8::7]/", "http://[2001:db8::7]/"),
        ("http://[::FFFF:192.0.2.1]:8080/", "http://[::ffff:192.0.2.1]:8080/"),
        ("http://[v1.FE:x]/", "http://[v1.fe:x]/"),
        # Decoded once, never twice.
        ("http://example.com/%2541", "http://example.com/%2541"),
        ("http://example.com/%252e%252e/a", "http://example.com/%252e%252e/a"),
        ("http://example.com/?\ue000", "http://example.com/?\ue000"),
        ("  https://bob.example.com/\r\n", "https://bob.example.com/"),
    ],
)
def test_openid(written: str, normal: str) -> None:
    assert ifi("openid", written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "bob",
        "example.com/bob",
        "//example.com/bob",
        "1http://example.com",
        "ftp://example.com/",
        "mailto:bob@example.com",
        "urn:bob",
        "http:",
        "http:bob",
        "http:/bob",
        "http://",
        "http:///bob",
        "http://:80/",
        "http://user@/",
        "https://?x",
        "http://exa mple.com/",
        "http://example.com/a b",
        *(f"http://example.com/{character}" for character in '<>"{}|\\^`'),
        "http://example.com/%",
        "http://example.com/%4",
        "http://example.com/%zz",
        "http://example.com/%%34%31",
        "http://example.com/a#b#c",
        "http://example.com/[a]",
        "http://[::1",
        "http://[1::2::3]/",
        "http://[::1%25eth0]/",
        "http://[1:2:3:4:5:6:7:8:9]/",
        "http://[::300.0.0.1]/",
        "http://[x]/",
        "http://[::1]x/",
        "http://example.com:8o/",
        "http://a@b@c/",
        # RFC 3987 4.1: no bidirectional formatting; 2.2: private use in the query only, no noncharacters.
        "http://example.com/\u200ea",
        "http://example.com/\u202ea",
        "http://example.com/\ue000",
        "http://example.com/?\ufdd0",
        "http://example.com/\ufffe",
    ],
)
def test_invalid_openid(written: str) -> None:
    assert code("openid", written) == "invalid_openid"


# --- account ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("home_page", "name", "normal"),
    [
        ("http://cloud.scorm.com/", "W74TDQ7PZG|251479", "http://cloud.scorm.com/ W74TDQ7PZG|251479"),
        ("HTTPS://LMS.example.org", "u0001", "https://lms.example.org u0001"),
        # The name is nobody's to change: case, zeros, inner spaces; only its ends are trimmed.
        ("https://lms.example.org", "  00123 ", "https://lms.example.org 00123"),
        ("https://lms.example.org", "\u00a0Bob  Smith\t", "https://lms.example.org Bob  Smith"),
        ("https://lms.example.org", "Bob\u00a0Smith", "https://lms.example.org Bob\u00a0Smith"),
        ("https://lms.example.org", "bob@example.com", "https://lms.example.org bob@example.com"),
        ("https://lms.example.org", "<>\\^%zz", "https://lms.example.org <>\\^%zz"),
        # Any scheme; nothing but syntax is normalised.
        ("URN:UUID:6e8bc430-9c3a-11d9-9669-0800200c9a66", "x", None),
        ("tag:example.org,2026:A/../b", "x", "tag:example.org,2026:A/../b x"),
        ("ldap://DC.corp.local/ou=People", "x", "ldap://dc.corp.local/ou=People x"),
        ("x:", "y", "x: y"),
        ("file:///a/../b", "x", "file:///b x"),
        ("file:/a/./b", "x", "file:/a/b x"),
        # What is no host must not become one (RFC 3986 3.3: no // at the start of a path without authority).
        ("x:/.//y", "z", "x:/.//y z"),
        ("x:/a/..//y", "z", "x:/.//y z"),
    ],
)
def test_account(home_page: str, name: str, normal: str | None) -> None:
    if normal is None:
        normal = "urn:UUID:6e8bc430-9c3a-11d9-9669-0800200c9a66 x"
    found = normalise("account", name, home_page)
    assert found == Identifier("account", normal)
    assert (found.home_page, found.value) == (normal.split(" ")[0], trimmed(name))


@pytest.mark.parametrize(
    "home_page",
    ["lms", "lms.example.org", "/lms", "http://", "http:lms", "http://l ms/", "://x", "x:\\y", "é:x"],
)
def test_invalid_home_page(home_page: str) -> None:
    assert code("account", "u0001", home_page) == "invalid_home_page"
    found = normalise_home_page(home_page)
    assert isinstance(found, Invalid)
    assert found.code == "invalid_home_page"


@pytest.mark.parametrize(
    ("home_page", "name"),
    [
        ("https://lms.example.org", ""),
        ("https://lms.example.org", " \u00a0"),
        ("", "u1"),
        ("\t", "u1"),
        (None, "u1"),
    ],
)
def test_incomplete_account(home_page: str | None, name: str) -> None:
    assert code("account", name, home_page) == "incomplete_account"


# --- what holds for all -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "control", ["\x00", "\x1f", "\t", "\n", "\x7f", "\x80", "\x85", "\x9f", chr(0xD800), chr(0xDFFF)]
)
def test_control_characters(control: str) -> None:
    assert code("mbox", f"b{control}ob@example.com") == "control_character"
    assert code("mbox_sha1sum", f"{'a' * 20}{control}{'a' * 20}") == "control_character"
    assert code("openid", f"http://example.com/{control}a") == "control_character"
    assert code("account", f"b{control}b", "https://lms.example.org") == "control_character"
    assert code("account", "bob", f"https://lms{control}.example.org") == "control_character"
    for custom_id in (normalise_custom_id, normalise_group_custom_id):
        found = custom_id(f"a{control}b")
        assert isinstance(found, Invalid)
        assert found.code == "control_character"


def test_too_long_is_a_matter_of_bytes_of_the_normal_form() -> None:
    page = "http://example.com/"
    assert ifi("openid", page + "x" * (2000 - len(page)))
    assert code("openid", page + "x" * (2001 - len(page))) == "too_long"
    assert code("openid", page + "ü" * 1000) == "too_long"
    assert ifi("openid", page + "%41" * 1000) == page + "A" * 1000
    assert ifi("account", "x" * (1999 - len(page)), page)
    assert code("account", "x" * (2000 - len(page)), page) == "too_long"
    assert code("account", "x", page + "x" * 2000) == "too_long"
    assert code("mbox", "x" * 2000) == "too_long"
    assert normalise_custom_id("x" * 2000) == "x" * 2000
    assert normalise_custom_id("ü" * 1001) == Invalid("too_long", "it has 2,002 bytes")
    assert normalise_group_custom_id("x" * 2001) == Invalid("too_long", "it has 2,001 bytes")


def test_custom_ids_are_trimmed_and_otherwise_as_written() -> None:
    for custom_id in (normalise_custom_id, normalise_group_custom_id):
        assert custom_id("\u00a0 00 12 É\t") == "00 12 É"
        assert custom_id(" \r\n") == ""
        # Spaces of every kind, and what is invisible; within it both are part of it.
        assert custom_id("\u2003\u200bx\u3000") == "x"
        assert custom_id("x\u2003\u200by") == "x\u2003\u200by"
    assert normalise_custom_id("a|b") == "a|b"
    found = normalise_group_custom_id("a|b")
    assert isinstance(found, Invalid)
    assert found.code == "invalid_group"


# --- near misses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bob@example.com", "bob@example.com"),
        ("jürgen@example.com", "ju\u0308rgen@example.com"),
        ("JÜRGEN@example.com", "ju\u0308rgen@example.com"),
        ("ﬁona@example.com", "fiona@example.com"),
        ("bob@bücher.example", "bob@xn--bcher-kva.example"),
        ("bob+x@example.com", "bob%2Bx@example.com"),
        ("bob+x@example.com", "bob%252bx@example.com"),
        ("bob@BÜCHER.example", "bob@xn--bcher-kva.example"),
    ],
)
def test_near_mboxes(one: str, other: str) -> None:
    assert near(Identifier("mbox", ifi("mbox", one))) == near(Identifier("mbox", ifi("mbox", other)))
    assert ifi("mbox", one) != ifi("mbox", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com/bob", "https://example.com/bob"),
        ("https://example.com/bob/", "https://example.com/bob"),
        ("https://example.com/", "https://example.com"),
        ("https://example.com/?a", "https://example.com?a"),
        ("https://example.com/Bob", "https://example.com/bob"),
        ("https://example.com/dürst", "https://example.com/du\u0308rst"),
        ("https://bücher.example:80/", "http://xn--bcher-kva.example:80"),
    ],
)
def test_near_iris(one: str, other: str) -> None:
    for first, second in (
        (normalise("openid", one), normalise("openid", other)),
        (normalise("account", "n", one), normalise("account", "N", other)),
    ):
        assert isinstance(first, Identifier)
        assert isinstance(second, Identifier)
        assert first != second
        assert near(first) == near(second)


def test_what_is_not_near() -> None:
    def form(kind: Kind, value: str, home_page: str | None = None) -> str:
        return near(Identifier(kind, ifi(kind, value, home_page)))

    assert form("mbox", "bob+a@example.com") != form("mbox", "bob@example.com")
    assert form("mbox", "b.ob@example.com") != form("mbox", "bob@example.com")
    assert form("account", "0012", "https://x.org") != form("account", "12", "https://x.org")
    assert form("openid", "https://example.com:443/") != form("openid", "https://example.com/")


def test_near_is_the_ifi_where_it_would_be_too_long() -> None:
    # One Arabic ligature becomes eighteen characters under NFKC.
    account = normalise("account", "\ufdfa" * 200, "https://lms.example.org")
    assert isinstance(account, Identifier)
    assert near(account) == account.ifi


def test_punycode_that_is_none_is_left_alone() -> None:
    for host in ("xn--", "xn--\u00e9", "xn--99999999"):
        openid = Identifier("openid", ifi("openid", f"https://{host}/a"))
        assert near(openid) == f"https://{host}/a"


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        (" Bob@Example.com ", "mbox", "mailto:Bob@example.com"),
        ("MAILTO:bob@example.com", "mbox", "mailto:bob@example.com"),
        ("CC1E39B02974C5D21E792D7FEBCAA6018BB6C574", "mbox_sha1sum", "cc1e39b02974c5d21e792d7febcaa6018bb6c574"),
        ("HTTPS://ID.example.org/%7eada", "openid", "https://id.example.org/~ada"),
        ("https://LMS.example.org Ann Lee 7", "account", "https://lms.example.org Ann Lee 7"),
        ("urn:lms  u1", "account", "urn:lms u1"),
    ],
)
def test_the_kind_of_an_identifier_is_seen_by_its_look(text: str, kind: Kind, found: str) -> None:
    assert recognise(text) == Identifier(kind, found)
    assert recognise(found) == Identifier(kind, found), "as exports and summaries show it"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bob", "invalid_mbox"),
        ("", "invalid_mbox"),
        ("mailto:bob smith@example.com", "invalid_mbox"),
        ("bob smith@example.com", "invalid_home_page"),
        ("https://", "invalid_openid"),
        ("cc1e39b02974c5d21e792d7febcaa6018bb6c57", "invalid_mbox"),
    ],
)
def test_what_looks_like_no_identifier_is_none(text: str, found: str) -> None:
    assert getattr(recognise(text), "code", None) == found


def test_recognising_folds_the_case_of_mailboxes_where_that_is_asked_for() -> None:
    assert recognise("Bob@Example.com", fold_mailbox_case=True) == Identifier("mbox", "mailto:bob@example.com")
