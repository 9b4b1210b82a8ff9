"""The catalogue of problems, and what is said about one."""

import string

import pytest

from identity.identifiers import normalise, normalise_group_custom_id
from identity.problems import LINES_NAMED, PROBLEMS, VALUE_SHOWN, message, quoted
from identity.texts import Invalid

FACTS = {
    "value": "bob",
    "column": "email_2",
    "detail": "something is wrong",
    "lines": [3, 5],
    "count": 2,
    "custom_id": "E1",
    "other": "E2",
}


def test_a_code_stands_for_one_problem() -> None:
    assert all(code == problem.code for code, problem in PROBLEMS.items())
    assert {problem.severity for problem in PROBLEMS.values()} == {"reject", "warning"}
    titles = [problem.title for problem in PROBLEMS.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_can_be_told(code: str) -> None:
    problem = PROBLEMS[code]
    named = {name for _, name, _, _ in string.Formatter().parse(problem.sentence) if name}
    assert named <= FACTS.keys()
    said = message(code, **FACTS)
    assert said.endswith(".")
    assert ".." not in said.replace("...", "")
    assert "{" not in said
    assert not problem.title.endswith(".")
    for name in named:
        facts = {key: fact for key, fact in FACTS.items() if key != name}
        with pytest.raises(KeyError, match=name):
            message(code, **facts)


def test_only_warnings_can_be_made_to_reject() -> None:
    assert {problem.severity for problem in PROBLEMS.values() if problem.can_reject} == {"warning"}
    assert not PROBLEMS["persona_left"].can_reject  # what is left out must not stop the rest


def test_every_code_of_an_identifier_is_catalogued() -> None:
    page = "https://lms.example.org"
    wrong = [
        normalise("mbox", "bob"),
        normalise("mbox_sha1sum", "bob"),
        normalise("openid", "bob"),
        normalise("account", "bob", "bob"),
        normalise("account", "bob", ""),
        normalise("account", "b\0b", page),
        normalise("account", "b" * 2000, page),
        normalise_group_custom_id("a|b"),
    ]
    codes = [found.code for found in wrong if isinstance(found, Invalid)]
    assert len(set(codes)) == len(wrong)
    assert set(codes) <= PROBLEMS.keys()


def test_what_is_said() -> None:
    found = normalise("mbox", "bob.example.com")
    assert isinstance(found, Invalid)
    assert message(found.code, value="bob.example.com", detail=found.detail) == (
        '"bob.example.com" is not an e-mail address: it has no @. '
        "Expected: bob@example.com or mailto:bob@example.com."
    )
    found = normalise("openid", "http://exa mple.com")
    assert isinstance(found, Invalid)
    assert message(found.code, value="http://exa mple.com", detail=found.detail) == (
        '"http://exa mple.com" is not an OpenID: it contains a space. '
        "Expected: an http or https IRI such as https://bob.example.com/."
    )


def test_other_lines_are_named_up_to_five_and_then_counted() -> None:
    def lines(numbers: list[int], count: int | None = None) -> str:
        said = message("linked_to_bad_line", lines=numbers, count=count)
        return said.partition("same person or group as ")[2].partition(", which")[0]

    assert LINES_NAMED == 5
    assert lines([7]) == "line 7"
    assert lines([2, 9]) == "lines 2 and 9"
    assert lines([2, 5, 9, 12, 15]) == "lines 2, 5, 9, 12 and 15"
    assert lines([2, 5, 9, 12, 15, 16]) == "lines 2, 5, 9, 12, 15 and 1 more"
    assert lines(list(range(2, 3216))) == "lines 2, 3, 4, 5, 6 and 3,209 more"
    assert lines([2, 3, 4, 5, 6], count=3214) == "lines 2, 3, 4, 5, 6 and 3,209 more"
    # Lines of several files come as a text of the caller's.
    assert "same person or group as hr.csv:7, which" in message("linked_to_bad_line", lines="hr.csv:7")


def test_values_are_shown_on_one_short_line() -> None:
    assert quoted("bob") == '"bob"'
    assert quoted("Zoë {x}") == '"Zoë {x}"'
    assert quoted("a\nb\x00\u202e\ud800") == '"a\\nb\\x00\\u202e\\ud800"'
    assert quoted("x" * VALUE_SHOWN) == f'"{"x" * VALUE_SHOWN}"'
    assert quoted("x" * 5000) == f'"{"x" * (VALUE_SHOWN - 1)}…"'
    assert message("unknown_group", value=None).startswith("There is no group (blank).")


def test_an_unknown_code_is_a_mistake_of_the_programme() -> None:
    with pytest.raises(KeyError):
        message("no_such_code", value="x")
