"""IRIs (RFC 3987) in normal form."""

from __future__ import annotations

import re

from identity.blanks import folded
from identity.texts import Invalid, ascii_lower, character_name

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
TRIPLET = re.compile("%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_USERINFO_AND_PORT = re.compile(r"(?P<userinfo>.*@)?(?P<host>.*?)(?P<port>:[0-9]*)?", re.DOTALL)


def normalise_iri(text: str, code: str) -> str | Invalid:
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
        host = TRIPLET.sub(lambda triplet: triplet[0].upper(), ascii_lower(parts["host"]))
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

    return TRIPLET.sub(decode, text)


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


def near_iri(iri: str) -> str:
    """`identifiers.near` of an IRI in normal form, of any length."""
    scheme, authority, path, query, fragment = _split(iri)
    if authority is not None:
        path = path.rstrip("/")
        parts = _USERINFO_AND_PORT.fullmatch(authority)
        assert parts  # noqa: S101  (it matches every text)
        authority = folded(parts["userinfo"] or "") + near_host(parts["host"]) + (parts["port"] or "")
    if scheme == "http":
        scheme = "https"
    return _join(scheme, authority, folded(path), query and folded(query), fragment and folded(fragment))


def near_host(host: str) -> str:
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
