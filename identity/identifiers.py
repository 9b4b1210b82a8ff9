"""One identifier as somebody wrote it -> the normal form that says who it is, or what is wrong with it.

An agent is identified by exactly one inverse functional identifier (xAPI 1.0.3, Data 2.4.2.3). Two agents are
the same persona if, and only if, kind and *ifi* are the same text:

    mbox           mailto:bob@example.com
    mbox_sha1sum   cc1e39b02974c5d21e792d7febcaa6018bb6c574
    openid         https://bob.example.com/
    account        https://lms.example.org u0001          homePage, one space, name

No ifi contains a space, except an account's, and no home page does: the first space parts it again.
Nothing is looked up, and no library's idea of a normal form is used: no upgrade may change who somebody is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final, Literal, NamedTuple

from identity.blanks import folded, trimmed

Kind = Literal["mbox", "mbox_sha1sum", "openid", "account"]

KINDS: Final[tuple[Kind, ...]] = ("mbox", "mbox_sha1sum", "openid", "account")
MAX_BYTES: Final = 2_000
"""The longest ifi or custom_id, in bytes of UTF-8: a unique index cannot hold more."""


class Identifier(NamedTuple):
    """An identifier in normal form; `kind` and `ifi` together are a persona's key."""

    kind: Kind
    ifi: str

    @property
    def home_page(self) -> str | None:
        """An account's home page; None for the other kinds."""
        return self.ifi.partition(" ")[0] if self.kind == "account" else None

    @property
    def value(self) -> str:
        """An account's name; for the other kinds the ifi itself."""
        return self.ifi.partition(" ")[2] if self.kind == "account" else self.ifi


class Invalid(NamedTuple):
    """Why a text is no identifier."""

    code: str
    """A code of `identity.problems`."""
    detail: str
    """A clause that says what is wrong, without capital and full stop."""


def normalise(
    kind: Kind,
    value: str,
    home_page: str | None = None,
    *,
    fold_mailbox_case: bool = False,
    first_form: bool = False,
) -> Identifier | Invalid:
    """The normal form of one identifier.

    value: the address, hash or IRI as written; for an account its name, and `home_page` its homePage.
    fold_mailbox_case: the organisation takes `Bob@example.com` and `bob@example.com` for one mailbox.
    first_form: by the rules of the first release, which statements are compared by for ever: fewer characters were
    trimmed, and the % of a `mailto:` IRI was taken as it is.
    A blank value is Invalid, with the code of its kind.
    """
    bare = trimmed_at_first if first_form else trimmed
    value = bare(value)
    if kind == "account":
        return _account(bare(home_page or ""), value)
    unstorable = _unstorable(value)
    if unstorable:
        return unstorable
    if kind == "mbox":
        ifi = _mbox_at_first(value, fold_mailbox_case) if first_form else _mbox(value, fold_mailbox_case)
    elif kind == "mbox_sha1sum":
        ifi = _mbox_sha1sum(value)
    else:
        ifi = _iri(value, "invalid_openid")
    if isinstance(ifi, Invalid):
        return ifi
    return _too_long(ifi) or Identifier(kind, ifi)


def recognise(text: str, *, fold_mailbox_case: bool = False) -> Identifier | Invalid:
    """The normal form of an identifier whose kind nobody says: whatever an `ifi` can be, as people type it.

    A text with a space in it is an account (home page, space, name), one of 40 hex digits an mbox_sha1sum, an http or
    https IRI an openid; anything else can only be an mbox, with or without `mailto:`.
    """
    text = trimmed(text)
    if _SHA1.fullmatch(text):
        return normalise("mbox_sha1sum", text)
    home_page, space, name = text.partition(" ")
    if space and not begins_with_mailto(text):
        return normalise("account", name, home_page)
    if _WEB.match(text):
        return normalise("openid", text)
    return normalise("mbox", text, fold_mailbox_case=fold_mailbox_case)


def trimmed_at_first(text: str) -> str:
    """`trimmed` as in the first release."""
    return text.strip(" \t\r\n\u00a0")


def _account(home_page: str, name: str) -> Identifier | Invalid:
    if not home_page or not name:
        return Invalid("incomplete_account", INCOMPLETE[bool(home_page)])
    normal = _home_page(home_page)
    if isinstance(normal, Invalid):
        return normal
    ifi = f"{normal} {name}"
    return _unstorable(name) or _too_long(ifi) or Identifier("account", ifi)


INCOMPLETE: Final = {
    True: "it has a home page and no name",
    False: "it has a name and no home page",
}
"""What is said of an account by whether it has a home page."""


def normalise_home_page(text: str) -> str | Invalid:
    """An account's homePage in normal form: an absolute IRI of any scheme (xAPI 1.0.3, Data 2.4.2.4)."""
    return _home_page(trimmed(text))


def _home_page(text: str) -> str | Invalid:
    home_page = _unstorable(text) or _iri(text, "invalid_home_page")
    if isinstance(home_page, Invalid):
        return home_page
    return _too_long(home_page) or home_page


def normalise_custom_id(text: str) -> str | Invalid:
    """A person's custom_id: trimmed, otherwise as written; `""` for a blank text, which names nobody."""
    text = trimmed(text)
    return _unstorable(text) or _too_long(text) or text


def normalise_group_custom_id(text: str) -> str | Invalid:
    """A group's custom_id: trimmed, otherwise as written, without `|`; `""` for a blank text."""
    text = trimmed(text)
    if "|" in text:
        return Invalid("invalid_group", "it contains |, which separates groups in a cell")
    return normalise_custom_id(text)


def near(identifier: Identifier) -> str:
    """The form in which identifiers coincide that a person would easily take for one another.

    Equal for identifiers of one kind that differ only by letter case, a trailing slash of an IRI's path,
    http/https, Unicode form (NFKC), punycode, what is invisible, or the percent-encoding of a mailbox. For reports
    alone: nothing is identified by it, so it may follow the Unicode of the Python at hand. At most MAX_BYTES long:
    where it would be longer, it is the ifi.
    """
    if identifier.kind == "mbox":
        local, _, domain = identifier.ifi.partition("@")
        # Where only the address was written, %2B is meant as the address has it; most likely it is a +.
        while "%" in local and (decoded := _decoded(local)) not in (None, local):
            local = decoded
        text = f"{folded(local)}@{_near_host(domain)}"
    elif identifier.kind == "openid":
        text = near_iri(identifier.ifi)
    elif identifier.kind == "account":
        home_page, _, name = identifier.ifi.partition(" ")
        text = f"{near_iri(home_page)} {folded(name)}"
    else:
        text = identifier.ifi
    return text if len(text.encode()) <= MAX_BYTES else identifier.ifi


def near_iri(iri: str) -> str:
    """`near` of an IRI in normal form, of any length."""
    scheme, authority, path, query, fragment = _split(iri)
    if authority is not None:
        path = path.rstrip("/")
        parts = _USERINFO_AND_PORT.fullmatch(authority)
        assert parts  # noqa: S101  (it matches every text)
        authority = folded(parts["userinfo"] or "") + _near_host(parts["host"]) + (parts["port"] or "")
    if scheme == "http":
        scheme = "https"
    return _join(scheme, authority, folded(path), query and folded(query), fragment and folded(fragment))


# --- characters ------------------------------------------------------------------------------------

# Unicode's category Cc, and halves of surrogate pairs, which JSON can hold and UTF-8 cannot.
_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _unstorable(text: str) -> Invalid | None:
    found = _UNSTORABLE.search(text)
    if not found:
        return None
    return Invalid("control_character", f"it contains {character_name(found[0])}")


def character_name(character: str) -> str:
    """One character as a message names it: `a space`, `'<'`, `a line feed (U+000A)`, `U+200E`."""
    code = ord(character)
    if character == " ":
        return "a space"
    known = {0: "NUL", 9: "a tab", 10: "a line feed", 13: "a carriage return", 0xA0: "a no-break space"}
    if code in known:
        return f"{known[code]} (U+{code:04X})"
    if unicodedata.category(character)[0] in "LNPS":
        return f"'{character}'"
    return f"U+{code:04X}"


def _too_long(text: str) -> Invalid | None:
    # A character has at most four bytes: most texts need no encoding to be known as short enough.
    if len(text) * 4 <= MAX_BYTES or (size := len(text.encode())) <= MAX_BYTES:
        return None
    return Invalid("too_long", f"it has {size:,} bytes")


def _ascii_lower(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_UPPER)


# --- mbox, mbox_sha1sum ----------------------------------------------------------------------------

_MAILTO = re.compile("mailto:", re.ASCII | re.IGNORECASE)
_WEB = re.compile("https?:", re.ASCII | re.IGNORECASE)
_SHA1 = re.compile("[0-9a-fA-F]{40}")


_ATOM = r"[a-zA-Z0-9_!#$&'*+/=?^`{|}~-]+"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
PLAIN_ADDRESS: Final = rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*"
"""What most addresses are like: of these, email-validator takes all that `is_plain_address` does."""
PLAIN_ADDRESS_BYTES: Final = 64 - len("mailto:")
"""So short that neither a label of the domain nor the address can be too long (RFC 1035: 63, RFC 5321: 254)."""
_PLAIN_ADDRESS = re.compile(PLAIN_ADDRESS)


def is_plain_address(text: str) -> bool:
    """Whether a text is plainly an address. (What has `--` in its domain is the validator's to judge.)"""
    return len(text) <= PLAIN_ADDRESS_BYTES and "--" not in text and _PLAIN_ADDRESS.fullmatch(text) is not None


@cache
def address_check() -> Callable[[str], bool]:
    """email-validator as it is used here: whether a text is an address. Imported at first need."""
    import email_validator

    # `bob@corp.local` is a real identity and nothing is delivered here. No parameter turns the list of
    # special-use names off; the library documents this list as the setting. Here, and nowhere else.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

    def check(address: str) -> bool:
        try:
            email_validator.validate_email(
                address,
                allow_smtputf8=True,
                allow_empty_local=False,
                allow_quoted_local=False,
                allow_domain_literal=False,
                allow_display_name=False,
                strict=False,
                check_deliverability=False,
                test_environment=False,
                globally_deliverable=False,
            )
        except email_validator.EmailSyntaxError:
            return False
        return True

    return check


_ADDRESS_BYTES = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
_LABEL_BYTES = 63  # RFC 1035 2.3.1
# RFC 5321 4.1.2 and RFC 6531 3.3, with the dots between atoms; RFC 1035 2.3.1 and RFC 6531.
_NOT_IN_A_LOCAL_PART = re.compile(r"[\x00-\x7f](?<![a-zA-Z0-9!#$%&'*+\-/=?^_`{|}~.])")
_NOT_IN_A_DOMAIN = re.compile(r"[\x00-\x7f](?<![a-zA-Z0-9.\-])")
_RESERVED_LABEL = re.compile("(?!xn)..--", re.IGNORECASE)


def _wrong_address(address: str) -> str:
    """What is wrong with a text that is no address, by what is seen first when it is read."""
    if address[0] in "\"'" and address[-1] == address[0] and len(address) > 1:
        return "it is in quotation marks"
    if address[0] == "<" and address[-1] == ">":
        return "it is in angle brackets"
    local, at, domain = address.partition("@")
    if not at:
        like = next((sign for sign in "\uff20\ufe6b" if sign in address), None)
        return f"it has {character_name(like)} where @ belongs" if like else "it has no @"
    if not local:
        return "there is nothing before the @"
    if not domain:
        return "there is nothing behind the @"
    for part, strangers, where in (
        (local, _NOT_IN_A_LOCAL_PART, "before"),
        (domain.partition("@")[0], _NOT_IN_A_DOMAIN, "behind"),
    ):
        stranger = strangers.search(part)
        if stranger:
            return f"it contains {character_name(stranger[0])} {where} the @"
    if "@" in domain:
        return "it has more than one @"
    unseen = next((character for character in address if unicodedata.category(character)[0] in "CZ"), None)
    if unseen:
        return f"it contains {character_name(unseen)}"
    for part, where in ((local, "before"), (domain, "behind")):
        if ".." in part:
            return f"it has two dots in a row {where} the @"
        if part[0] == "." or part[-1] == ".":
            return f"what stands {where} the @ {'begins' if part[0] == '.' else 'ends'} with a dot"
        if unicodedata.category(part[0])[0] == "M":
            return f"what stands {where} the @ begins with {character_name(part[0])}, which needs a letter before it"
    if (size := len(unicodedata.normalize("NFC", address).encode())) > _ADDRESS_BYTES:
        return f"it has {size:,} bytes, more than {_ADDRESS_BYTES}"
    for label in domain.split("."):
        if label[0] == "-" or label[-1] == "-":
            return f"a part of its domain {'begins' if label[0] == '-' else 'ends'} with a hyphen"
        if label.isascii() and len(label) > _LABEL_BYTES:
            return f"a part of its domain has {len(label):,} characters, more than {_LABEL_BYTES}"
        if _RESERVED_LABEL.match(label):
            return "a part of its domain has two hyphens where only one that begins with xn-- may"
    return "what stands behind the @ is no name of a domain, or too long a one"


def _mbox(text: str, fold_mailbox_case: bool) -> str | Invalid:
    scheme = _MAILTO.match(text)
    address = text[scheme.end() :] if scheme else text
    if scheme and "%" in address:
        decoded = _decoded(address)
        if decoded is None:
            return Invalid("invalid_mbox", "its %-encoded octets are not UTF-8")
        address = decoded
    if address.startswith("//"):
        return Invalid("invalid_mbox", "it begins with //, as only the addresses of hosts do")
    mbox = _mbox_at_first(f"mailto:{address}", fold_mailbox_case)
    if isinstance(mbox, Invalid):
        return mbox
    # A mailbox may be called 100%25: as a part of the IRI, that would be read as 100%.
    return _TRIPLET.sub(r"%25\1", mbox)


def _decoded(address: str) -> str | None:
    """What the address of a `mailto:` IRI is (RFC 6068, 2): octets written as %41 are UTF-8; None if they are not."""
    try:
        return _TRIPLETS.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode(), address)
    except UnicodeDecodeError:
        return None


def _mbox_at_first(text: str, fold_mailbox_case: bool) -> str | Invalid:
    scheme = _MAILTO.match(text)
    address = text[scheme.end() :] if scheme else text
    if not address:
        return Invalid("invalid_mbox", "there is no address")
    # The normal form is as long as the text: said here, because the validator takes long over long texts.
    too_long = _too_long(f"mailto:{address}")
    if too_long:
        return too_long
    if not is_plain_address(address) and not address_check()(address):
        return Invalid("invalid_mbox", _wrong_address(address))
    # A valid address has one @: the local part may not be quoted.
    local, _, domain = address.partition("@")
    if fold_mailbox_case:
        local = _ascii_lower(local)
    return f"mailto:{local}@{_ascii_lower(domain)}"


def begins_with_mailto(text: str) -> bool:
    """Whether a text, once trimmed, begins with `mailto:`, in any case."""
    return _MAILTO.match(trimmed(text)) is not None


def _mbox_sha1sum(text: str) -> str | Invalid:
    if _SHA1.fullmatch(text):
        return text.lower()
    if len(text) == 40:
        wrong = next(character for character in text if not _SHA1.fullmatch(character * 40))
        return Invalid("invalid_mbox_sha1sum", f"it contains {character_name(wrong)}")
    characters = "1 character" if len(text) == 1 else f"{len(text):,} characters"
    return Invalid("invalid_mbox_sha1sum", f"it has {characters}")


# --- IRIs ------------------------------------------------------------------------------------------

# RFC 3987 2.2, without the bidirectional formatting characters that its 4.1 forbids (200E, 200F, 202A-202E).
_UCSCHAR = (
    "\u00a0-\u200d\u2010-\u2029\u202f-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane * 0x10000)}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_IPRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_REG_NAME = rf"a-zA-Z0-9\-._~!$&'()*+,;=%{_UCSCHAR}"  # iunreserved, sub-delims, and % (checked by itself)
_PCHAR = _REG_NAME + ":@"

# RFC 3986 3.2.2
_H16 = "[0-9a-fA-F]{1,4}"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_LS32 = rf"(?:{_H16}:{_H16}|{_OCTET}(?:\.{_OCTET}){{3}})"
_IP_LITERAL = (
    r"\[(?:"
    + "|".join(
        [
            f"(?:{_H16}:){{6}}{_LS32}",
            f"::(?:{_H16}:){{5}}{_LS32}",
            f"(?:{_H16})?::(?:{_H16}:){{4}}{_LS32}",
            f"(?:(?:{_H16}:){{0,1}}{_H16})?::(?:{_H16}:){{3}}{_LS32}",
            f"(?:(?:{_H16}:){{0,2}}{_H16})?::(?:{_H16}:){{2}}{_LS32}",
            f"(?:(?:{_H16}:){{0,3}}{_H16})?::{_H16}:{_LS32}",
            f"(?:(?:{_H16}:){{0,4}}{_H16})?::{_LS32}",
            f"(?:(?:{_H16}:){{0,5}}{_H16})?::{_H16}",
            f"(?:(?:{_H16}:){{0,6}}{_H16})?::",
            r"[vV][0-9a-fA-F]+\.[a-zA-Z0-9\-._~!$&'()*+,;=:]+",
        ]
    )
    + r")\]"
)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_IRI = re.compile(
    r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.\-]*):"
    rf"(?://(?P<authority>(?:[{_REG_NAME}:]*@)?(?:{_IP_LITERAL}|[{_REG_NAME}]*)(?::[0-9]*)?)(?=[/?#]|\Z)|(?!//))"
    rf"(?P<path>[{_PCHAR}/]*)"
    rf"(?:\?(?P<query>[{_PCHAR}/?{_IPRIVATE}]*))?"
    rf"(?:\#(?P<fragment>[{_PCHAR}/?]*))?"
)
_NOT_IN_AN_IRI = rf"[^{_PCHAR}{_IPRIVATE}/?#\[\]]"  # takes long to compile, and is seldom wanted
_BAD_TRIPLET = re.compile("%(?![0-9a-fA-F]{2})")
_TRIPLET = re.compile("%([0-9a-fA-F]{2})")
_TRIPLETS = re.compile("(?:%[0-9a-fA-F]{2})+")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_USERINFO_AND_PORT = re.compile(r"(?P<userinfo>.*@)?(?P<host>.*?)(?P<port>:[0-9]*)?", re.DOTALL)


def _iri(text: str, code: str) -> str | Invalid:
    """RFC 3987 5.3.2, syntax-based normalisation, without 5.3.2.2 (Unicode): nothing depends on the scheme.

    Case of scheme and host (ASCII letters), percent-encoding (once over: `%2541` stays), and only then the
    dot segments, since `%2E` is a dot.
    """
    wrong = _wrong_iri(text)
    found = None if wrong else _IRI.fullmatch(text)
    if not found:
        return Invalid(code, wrong or "it is not built as an IRI (RFC 3987)")
    scheme = found["scheme"].lower()
    authority, path, query, fragment = (
        part and _normalise_triplets(part) for part in found.group("authority", "path", "query", "fragment")
    )
    if authority is not None:
        parts = _USERINFO_AND_PORT.fullmatch(authority)
        assert parts  # noqa: S101  (it matches every text)
        host = _TRIPLET.sub(lambda triplet: triplet[0].upper(), _ascii_lower(parts["host"]))
        authority = (parts["userinfo"] or "") + host + (parts["port"] or "")
    else:
        host = ""
    if scheme in ("http", "https"):
        if not host:
            return Invalid(code, "it names no host")
    elif code == "invalid_openid":
        return Invalid(code, f"its scheme is {scheme}")
    if path.startswith("/"):
        path = _remove_dot_segments(path)
        if authority is None and path.startswith("//"):
            # `x:/.//y` must not become `x://y`, whose y is a host.
            path = "/." + path
    return _join(scheme, authority, path, query, fragment)


def _wrong_iri(text: str) -> str | None:
    """What is wrong with a text that shall be an IRI, where it can be said better than "not an IRI"."""
    if not text:
        return "it is blank"
    if not _SCHEME.match(text):
        return "it does not begin with a scheme such as https:"
    stranger = re.search(_NOT_IN_AN_IRI, text)
    if stranger:
        return f"it contains {character_name(stranger[0])}"
    if _BAD_TRIPLET.search(text):
        return "it contains a % that two hexadecimal digits do not follow"
    return None


def _normalise_triplets(text: str) -> str:
    if "%" not in text:
        return text

    def decode(triplet: re.Match[str]) -> str:
        character = chr(int(triplet[1], 16))
        return character if character in _UNRESERVED else triplet[0].upper()

    return _TRIPLET.sub(decode, text)


def _remove_dot_segments(path: str) -> str:
    """RFC 3986 5.2.4, for a path that begins with a slash."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _split(iri: str) -> tuple[str, str | None, str, str | None, str | None]:
    """scheme, authority, path, query and fragment of an IRI in normal form."""
    rest, hash_, fragment = iri.partition("#")
    rest, mark, query = rest.partition("?")
    scheme, _, rest = rest.partition(":")
    authority = None
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
    return scheme, authority, rest, query if mark else None, fragment if hash_ else None


def _join(scheme: str, authority: str | None, path: str, query: str | None, fragment: str | None) -> str:
    """RFC 3986 5.3: an absent part is not an empty one."""
    return "".join(
        [
            scheme,
            ":",
            "" if authority is None else "//" + authority,
            path,
            "" if query is None else "?" + query,
            "" if fragment is None else "#" + fragment,
        ]
    )


def _near_host(host: str) -> str:
    """A host, folded, its punycode labels (RFC 3492) decoded where they can be."""
    host = folded(host)
    if "xn--" not in host:
        return host
    return folded(".".join(map(_decoded_label, host.split("."))))


def _decoded_label(label: str) -> str:
    if not (label.startswith("xn--") and label.isascii()):
        return label
    try:
        decoded = label[4:].encode().decode("punycode")
        decoded.encode()  # punycode can spell halves of surrogate pairs
    except UnicodeError:
        return label
    return label if decoded.isascii() else decoded
