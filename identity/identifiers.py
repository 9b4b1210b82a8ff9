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
from typing import Final, Literal, NamedTuple

from identity import addresses, iris
from identity.blanks import folded, trimmed
from identity.texts import MAX_BYTES, Invalid, too_long, unstorable

Kind = Literal["mbox", "mbox_sha1sum", "openid", "account"]

KINDS: Final[tuple[Kind, ...]] = ("mbox", "mbox_sha1sum", "openid", "account")
_WEB = re.compile("https?:", re.ASCII | re.IGNORECASE)


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
    if wrong := unstorable(value):
        return wrong
    if kind == "mbox":
        read = addresses.normalise_mbox_at_first if first_form else addresses.normalise_mbox
        ifi = read(value, fold_mailbox_case)
    elif kind == "mbox_sha1sum":
        ifi = addresses.normalise_mbox_sha1sum(value)
    else:
        ifi = iris.normalise_iri(value, "invalid_openid")
    if isinstance(ifi, Invalid):
        return ifi
    return too_long(ifi) or Identifier(kind, ifi)


def recognise(text: str, *, fold_mailbox_case: bool = False) -> Identifier | Invalid:
    """The normal form of an identifier whose kind nobody says: whatever an `ifi` can be, as people type it.

    A text with a space in it is an account (home page, space, name), one of 40 hex digits an mbox_sha1sum, an http or
    https IRI an openid; anything else can only be an mbox, with or without `mailto:`.
    """
    text = trimmed(text)
    if addresses.SHA1.fullmatch(text):
        return normalise("mbox_sha1sum", text)
    home_page, space, name = text.partition(" ")
    if space and not addresses.begins_with_mailto(text):
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
    return unstorable(name) or too_long(ifi) or Identifier("account", ifi)


INCOMPLETE: Final = {
    True: "it has a home page and no name",
    False: "it has a name and no home page",
}
"""What is said of an account by whether it has a home page."""


def normalise_home_page(text: str) -> str | Invalid:
    """An account's homePage in normal form: an absolute IRI of any scheme (xAPI 1.0.3, Data 2.4.2.4)."""
    return _home_page(trimmed(text))


def _home_page(text: str) -> str | Invalid:
    home_page = unstorable(text) or iris.normalise_iri(text, "invalid_home_page")
    if isinstance(home_page, Invalid):
        return home_page
    return too_long(home_page) or home_page


def normalise_custom_id(text: str) -> str | Invalid:
    """A person's custom_id: trimmed, otherwise as written; `""` for a blank text, which names nobody."""
    text = trimmed(text)
    return unstorable(text) or too_long(text) or text


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
        while "%" in local and (decoded := addresses.decoded(local)) not in (None, local):
            local = decoded
        text = f"{folded(local)}@{iris.near_host(domain)}"
    elif identifier.kind == "openid":
        text = iris.near_iri(identifier.ifi)
    elif identifier.kind == "account":
        home_page, _, name = identifier.ifi.partition(" ")
        text = f"{iris.near_iri(home_page)} {folded(name)}"
    else:
        text = identifier.ifi
    return text if len(text.encode()) <= MAX_BYTES else identifier.ifi
