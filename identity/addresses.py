"""Addresses of mailboxes, and the hashes that stand for them, in normal form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

from identity.blanks import trimmed
from identity.iris import TRIPLET
from identity.texts import Invalid, ascii_lower, character_name, too_long

_MAILTO = re.compile("mailto:", re.ASCII | re.IGNORECASE)
SHA1 = re.compile("[0-9a-fA-F]{40}")
_TRIPLETS = re.compile("(?:%[0-9a-fA-F]{2})+")

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


def normalise_mbox(text: str, fold_mailbox_case: bool) -> str | Invalid:
    """The ifi of an mbox, as `identifiers.normalise`."""
    scheme = _MAILTO.match(text)
    address = text[scheme.end() :] if scheme else text
    if scheme and "%" in address:
        meant = decoded(address)
        if meant is None:
            return Invalid("invalid_mbox", "its %-encoded octets are not UTF-8")
        address = meant
    if address.startswith("//"):
        return Invalid("invalid_mbox", "it begins with //, as only the addresses of hosts do")
    found = normalise_mbox_at_first(f"mailto:{address}", fold_mailbox_case)
    if isinstance(found, Invalid):
        return found
    # A mailbox may be called 100%25: as a part of the IRI, that would be read as 100%.
    return TRIPLET.sub(r"%25\1", found)


def decoded(address: str) -> str | None:
    """What the address of a `mailto:` IRI is (RFC 6068, 2): octets written as %41 are UTF-8; None if they are not."""
    try:
        return _TRIPLETS.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode(), address)
    except UnicodeDecodeError:
        return None


def normalise_mbox_at_first(text: str, fold_mailbox_case: bool) -> str | Invalid:
    """Likewise, by the rules of the first release."""
    scheme = _MAILTO.match(text)
    address = text[scheme.end() :] if scheme else text
    if not address:
        return Invalid("invalid_mbox", "there is no address")
    # The normal form is as long as the text: said here, because the validator takes long over long texts.
    if wrong := too_long(f"mailto:{address}"):
        return wrong
    if not is_plain_address(address) and not address_check()(address):
        return Invalid("invalid_mbox", _wrong_address(address))
    # A valid address has one @: the local part may not be quoted.
    local, _, domain = address.partition("@")
    if fold_mailbox_case:
        local = ascii_lower(local)
    return f"mailto:{local}@{ascii_lower(domain)}"


def begins_with_mailto(text: str) -> bool:
    """Whether a text, once trimmed, begins with `mailto:`, in any case."""
    return _MAILTO.match(trimmed(text)) is not None


def normalise_mbox_sha1sum(text: str) -> str | Invalid:
    """The ifi of an mbox_sha1sum."""
    if SHA1.fullmatch(text):
        return text.lower()
    if len(text) == 40:
        wrong = next(character for character in text if not SHA1.fullmatch(character * 40))
        return Invalid("invalid_mbox_sha1sum", f"it contains {character_name(wrong)}")
    characters = "1 character" if len(text) == 1 else f"{len(text):,} characters"
    return Invalid("invalid_mbox_sha1sum", f"it has {characters}")
