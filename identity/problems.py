"""Every problem that a row, a persona or a statement can have: its code, once, and what is said about it.

Codes are stable: scripts read them. Titles and sentences are for people and may change.
What stops a whole run is no problem of a row and is not listed here.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import cache, lru_cache
from string import Formatter
from typing import Final, Literal, NamedTuple

Severity = Literal["reject", "warning"]

LINES_NAMED: Final = 5
"""So many other lines are named in a message; the rest are counted."""
VALUE_SHOWN: Final = 80
"""So many characters of a value are shown in a message; the rejects file has the whole."""


class Problem(NamedTuple):
    """One kind of problem."""

    code: str
    severity: Severity
    """`reject`: the line (or statement) is not imported. `warning`: it is."""
    title: str
    """What a summary counts: a few words, in the plural, without a full stop."""
    sentence: str
    """What `message` fills in: {value} {column} {detail} {lines} {count} {custom_id} {other}."""
    can_reject: bool = False
    """Of a warning: whether `--reject-warnings` can make it reject its lines."""


_CATALOGUE: tuple[Problem, ...] = (
    # One cell.
    Problem(
        "invalid_mbox",
        "reject",
        "e-mail addresses that are none",
        "{value} is not an e-mail address: {detail}. Expected: bob@example.com or mailto:bob@example.com.",
    ),
    Problem(
        "invalid_mbox_sha1sum",
        "reject",
        "hashed e-mail addresses that are no SHA-1",
        "{value} is not a SHA-1: {detail}. Expected: 40 hexadecimal digits, the SHA-1 of mailto:bob@example.com.",
    ),
    Problem(
        "invalid_openid",
        "reject",
        "OpenIDs that are no web address",
        "{value} is not an OpenID: {detail}. Expected: an http or https IRI such as https://bob.example.com/.",
    ),
    Problem(
        "invalid_home_page",
        "reject",
        "account home pages that are no IRI",
        "{value} is not an account's home page: {detail}. Expected: an IRI with its scheme, "
        "such as https://lms.example.com.",
    ),
    Problem(
        "incomplete_account",
        "reject",
        "accounts with only a home page or only a name",
        "The account is incomplete: {detail}. Expected: both its home page and its name, or neither.",
    ),
    Problem(
        "control_character",
        "reject",
        "cells with control characters",
        "{value} cannot be used: {detail}. Expected: text without control characters.",
    ),
    Problem(
        "error_value",
        "reject",
        "cells with an error in place of an id",
        "{value} is no id: it is what a program writes where it has nothing. Expected: the id itself, or a blank cell; "
        "or the value among the blanks of the mapping.",
    ),
    Problem(
        "too_long",
        "reject",
        "identifiers, and types of groups, that are too long",
        "{value} is too long: {detail}. Expected: at most 2,000 bytes of UTF-8.",
    ),
    Problem(
        "invalid_group",
        "reject",
        "group ids that cannot be used",
        "{value} is not a group's custom_id: {detail}. Expected: the group's own id.",
    ),
    Problem(
        "invalid_date",
        "reject",
        "dates that are none, or may be two",
        "{value} is not a date: {detail}. Expected: 2024-03-31, 2024-03-31T08:00:00+01:00 or the like; or its format "
        "in the mapping.",
    ),
    Problem(
        "half_cleared",
        "reject",
        "texts of which a part is to be cleared",
        "{value} is made of several cells, of which some say <delete> and others do not. Expected: <delete> in all of "
        "them, which clears the text, or a blank cell, which leaves its part out.",
    ),
    # One line.
    Problem(
        "names_nobody",
        "reject",
        "lines that name nobody",
        "The line names nobody. Expected: a custom_id, or an e-mail, hash, OpenID or account, or both.",
    ),
    Problem(
        "unreadable_record",
        "reject",
        "records of another system that cannot be read",
        "This of the record cannot be read: {value}. Expected: what its format says; blank this cell once the line says"
        " what is meant.",
    ),
    Problem(
        "previous_without_custom_id",
        "reject",
        "lines with a previous custom_id and no new one",
        "{value} is a previous custom_id, and the line has no custom_id. Expected: the one that replaces it.",
    ),
    Problem(
        "unknown_group",
        "reject",
        "lines with a group that does not exist",
        "There is no group {value}. Expected: the custom_id of a known group, or the option --create-groups.",
    ),
    Problem(
        "ragged_line",
        "reject",
        "lines with too many or too few cells",
        "The line does not fit the header: {detail}. Look for a separator or a quotation mark too many.",
    ),
    Problem(
        "formula_without_value",
        "reject",
        "cells with a formula whose value the file has not",
        "The spreadsheet has a formula here, {value}, and not what it comes to. Expected: a workbook that was saved by "
        "a spreadsheet program, or the values themselves.",
    ),
    # Lines together.
    Problem(
        "linked_to_bad_line",
        "reject",
        "lines that belong together with a bad line",
        "The line itself is well, but it describes the same person or group as {lines}, which cannot be imported. "
        "A person or group is imported whole or not at all: mend {lines}.",
    ),
    Problem(
        "nobodys_id",
        "reject",
        "words for nothing as ids, with nothing that says whose they are",
        "{value} stands for no id, for no other identifier says whose it is: one that all lines with it have, and who "
        "has it now, and nobody else. Expected: the id itself, or a blank cell; or the value among the blanks of the "
        "mapping.",
    ),
    Problem(
        "contested",
        "reject",
        "lines that would make one person of several",
        "{value} is claimed for several people: {detail}; see {lines}. Expected: each identifier on the "
        "lines of one custom_id only, or the option --contested last-line or leave.",
    ),
    Problem(
        "rename_conflict",
        "reject",
        "lines with new custom_ids that contradict each other",
        "A custom_id cannot be changed: {detail}. Expected: one new custom_id for each previous one, and nobody who "
        "keeps it.",
    ),
    Problem(
        "parent_rejected",
        "reject",
        "lines about groups below one that is rejected",
        "The line itself is well, but there is no group {value} above its own, for {lines} cannot be imported. "
        "Mend {lines}.",
    ),
    Problem(
        "parent_cycle",
        "reject",
        "groups that would be their own ancestors",
        "The group would be its own ancestor: {detail}. Expected: parents that lead up and never round.",
    ),
    Problem(
        "ambiguous",
        "reject",
        "lines whose person cannot be told",
        "The line names no custom_id, and its identifiers belong to different people: {detail}. "
        "Expected: the custom_id of the one who shall have them.",
    ),
    Problem(
        "former_id",
        "reject",
        "lines with an id that somebody else had before",
        "The custom_id {value} was that of {other}, and the line has neither their name nor an identifier of theirs. "
        "Expected: the custom_id as its own previous_custom_id if it is the same person, or the option --new-person if "
        "it is not.",
    ),
    Problem(
        "takeover_left_nothing",
        "reject",
        "lines that lost all their identifiers",
        "Nobody has the custom_id {custom_id} yet, and none of the line's identifiers may be given to them: "
        "{detail}. Expected: an identifier that is free.",
    ),
    Problem(
        "spell_left_nothing",
        "reject",
        "people who would be left with nothing, by a time that is another's",
        "{detail}, and without it the person has no identifier. Expected: another identifier, or another time.",
    ),
    Problem(
        "pin_left_nothing",
        "reject",
        "lines whose identifiers are pinned to others",
        "Nobody has the custom_id {custom_id} yet, and none of the line's identifiers may be given to them: "
        "{detail}. Expected: an identifier that is free, or lrs-people move-persona with --unpin.",
    ),
    # A statement.
    Problem(
        "invalid_json",
        "reject",
        "lines that are no JSON",
        "This cannot be read as JSON: {detail}. Expected: one statement, as a JSON object.",
    ),
    Problem(
        "invalid_statement",
        "reject",
        "statements that are not built as xAPI asks",
        "The statement is not valid xAPI: {detail}.",
    ),
    Problem(
        "invalid_actor",
        "reject",
        "statements whose actor cannot be identified",
        "The statement's actor is not valid: {detail}. Expected: an Agent or a Group by xAPI Data 2.4.2.",
    ),
    Problem(
        "invalid_result",
        "reject",
        "statements whose result is not valid",
        "The statement's result is not valid: {detail}. Expected: a result by xAPI Data 2.4.5.",
    ),
    Problem(
        "invalid_timestamp",
        "reject",
        "statements whose time cannot be read",
        "{value} is not a time: {detail}. Expected: ISO 8601, such as 2026-01-31T09:30:00Z.",
    ),
    Problem(
        "statement_conflict",
        "reject",
        "statements whose id is known with other content",
        "A statement with the id {value} is already here, with other content. The first one stays.",
    ),
    # Imported all the same.
    Problem(
        "persona_left",
        "warning",
        "identifiers that stayed where they were",
        "{value} stays with {other}: {detail}.",
    ),
    Problem(
        "near_miss",
        "warning",
        "new identifiers that are nearly known ones",
        "{value} is new, and nearly the same as {other}. Both are kept: look whether they are one person's.",
        can_reject=True,
    ),
    Problem(
        "near_custom_id",
        "warning",
        "new custom_ids that are nearly known ones",
        "The custom_id {value} is new, and nearly the same as {other}: a spreadsheet or another system has perhaps "
        "changed how it is written. A line that would take an identifier of theirs is rejected. Expected: {other} as "
        "the line's previous_custom_id if it is the same person, or the option --accept-near if it is not.",
        can_reject=True,
    ),
    Problem(
        "other_source",
        "warning",
        "renames of people whom only other sources have given",
        "The line gives a new custom_id to {value}, whom this source has never given. Look whether it may.",
    ),
    Problem(
        "shared_mbox",
        "warning",
        "e-mails that three or more people have",
        "{value} is on lines of three or more people. An e-mail that several people share identifies none of them.",
        can_reject=True,
    ),
    Problem(
        "scientific_number",
        "warning",
        "ids that a spreadsheet wrote as 1.23E+11",
        "{value} is a long number that a spreadsheet has shortened: its last digits are lost, and other ids may "
        "have become the same. Expected: the id itself, from a column formatted as text.",
        can_reject=True,
    ),
    Problem(
        "short_id",
        "warning",
        "ids that are shorter than their column's others",
        "The id has {detail}: leading zeros may be lost. Expected: the id itself, from a column formatted as text.",
        can_reject=True,
    ),
    Problem(
        "numeric_cell",
        "warning",
        "ids from cells that hold a number",
        "{value} is a number in the spreadsheet, not a text: a number has no leading zeros, and at most fifteen "
        "digits. Expected: a cell formatted as text.",
        can_reject=True,
    ),
    Problem(
        "mojibake",
        "warning",
        "texts with broken letters",
        "{value} has broken letters: UTF-8 was read as another encoding somewhere, so that é became Ã©. "
        "Expected: a file that was UTF-8 all its way.",
        can_reject=True,
    ),
    Problem(
        "placeholder",
        "warning",
        "placeholders in place of identifiers",
        "{value} stands for no identifier. On the lines of several people it makes one person of them. "
        "Expected: a blank cell, or the value among the blanks of the mapping.",
        can_reject=True,
    ),
    Problem(
        "invisible_character",
        "warning",
        "ids with something invisible in them",
        "{value} has a character in it that cannot be seen: it is another id than the one that looks the same. "
        "Expected: the id without it.",
        can_reject=True,
    ),
    Problem(
        "differing_people",
        "warning",
        "custom_ids whose lines seem to be of different people",
        "{value} is on lines with different names and no identifier in common. If they are different people, each "
        "needs a custom_id of their own.",
        can_reject=True,
    ),
    Problem(
        "hash_of_bare_address",
        "warning",
        "hashes of an e-mail address without mailto:",
        "{value} is the SHA-1 of {detail}, and so is nobody's mbox_sha1sum. Expected: the SHA-1 of mailto:{detail}.",
        can_reject=True,
    ),
    Problem(
        "odd_group_id",
        "warning",
        "group ids with signs that cannot be in one",
        "{value} has a sign that a group's custom_id cannot have. In the id, ¦ stands for | and a space for a line end "
        "or another control character; the name stays as it is.",
        can_reject=True,
    ),
    Problem(
        "own_parent",
        "warning",
        "groups that name themselves as their parent",
        "{value} names itself as its parent, and so is a group at the top.",
    ),
    Problem(
        "odd_created",
        "warning",
        "groups whose created is no date, or may be two",
        "{value} is not a date: it is passed over, and the group, if it is new, has been there since now. Expected: "
        "2024-03-31, 2024-03-31T08:00:00+01:00 or the like.",
    ),
    Problem(
        "repeated_header",
        "warning",
        "lines that are the header again",
        "The line is the header again, as where one export was put behind another. It is left out.",
    ),
    Problem(
        "blank_behind_quote",
        "warning",
        "lines with a blank behind a closing quotation mark",
        "Something blank stands between a closing quotation mark and the end of its cell. It is passed over.",
    ),
    Problem(
        "blank_excess",
        "warning",
        "lines with blank cells that have no column",
        "Every line of the file has the same number of blank cells beyond the header. They are passed over.",
    ),
    Problem(
        "group_cycle",
        "warning",
        "parents that would make a group its own ancestor",
        "The parent is left out, because the group would be its own ancestor: {detail}.",
    ),
    Problem(
        "ignored_column",
        "warning",
        "columns that are not imported",
        "The column {column} is not imported: its name is none of the known ones.",
    ),
)

PROBLEMS: Final[dict[str, Problem]] = {problem.code: problem for problem in _CATALOGUE}
"""Every problem by its code."""


def message(code: str, **facts: str | int | Sequence[int] | None) -> str:
    """The sentence that tells a person what is wrong with this one value or line, and what would be right.

    facts: those that the code's sentence names (more are no harm). `value`, `column`, `custom_id` and `other`
    are shown in quotes and shortened, `lines` (numbers, in order) as the first five and the count of the
    rest; `count` is the true number of lines if not all are handed over. A text given as `lines` or `detail`
    is shown as it is. KeyError: an unknown code, or a fact that is missing.
    """
    facts = {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in facts.items()}
    return _message(code, tuple((name, facts[name]) for name in _names(code)), facts.get("count"))


@lru_cache(1000)
def _message(code: str, facts: tuple[tuple[str, object], ...], count: object) -> str:
    """The sentence with its facts: many lines have the same, of which each takes several microseconds."""
    return PROBLEMS[code].sentence.format_map({name: _shown(name, fact, count) for name, fact in facts})


@cache
def _names(code: str) -> tuple[str, ...]:
    """The facts that the sentence of a problem names."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(PROBLEMS[code].sentence) if name))


def _shown(name: str, fact: object, count: object) -> str:
    if fact is None:
        return "(blank)"
    if name == "lines" and isinstance(fact, Sequence) and not isinstance(fact, str):
        return _lines(fact, count if isinstance(count, int) else len(fact))
    if isinstance(fact, int):
        return f"{fact:,}"
    text = str(fact)
    return text if name in ("detail", "lines") else quoted(text)


def quoted(text: str) -> str:
    """A value as a message shows it: on one line, in quotes, control characters escaped, a long one cut."""
    return f'"{one_line(text if len(text) <= VALUE_SHOWN else text[: VALUE_SHOWN - 1] + "…")}"'


def one_line(text: str) -> str:
    """`text` with everything that a terminal would not print as itself escaped (`\\n`, `\\x1b`)."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def readable(text: str) -> str:
    """`text` as data can hold it: a byte of a file's name that is not UTF-8 is written out (`\\udcff`)."""
    return text.encode(errors="backslashreplace").decode()


def argument(text: str) -> str:
    """`text` as an argument in a command line that is shown: what a terminal would not print as itself, a shell reads
    as it was (`$'a\\x0ab'`).
    """
    if text.isprintable():
        return shlex.quote(text)
    plain = (one if one.isprintable() and one not in "\\'" else _octets(one) for one in text)
    return f"$'{''.join(plain)}'"


def _octets(text: str) -> str:
    return "".join(f"\\x{octet:02x}" for octet in text.encode(errors="surrogateescape"))


def _lines(numbers: Sequence[int], count: int) -> str:
    """`line 7`; `lines 2 and 9`; `lines 2, 5, 9, 12, 15 and 3,209 more`."""
    named = [str(number) for number in numbers[:LINES_NAMED]]
    more = max(count, len(numbers)) - len(named)
    if more:
        named.append(f"{more:,} more")
    if not named:
        return "no line"
    if len(named) == 1:
        return f"line {named[0]}"
    return f"lines {', '.join(named[:-1])} and {named[-1]}"
