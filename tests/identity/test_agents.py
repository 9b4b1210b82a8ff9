"""xAPI actors, by xAPI 1.0.3, Data 2.4.2."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.agents import ANONYMOUS_GROUP, Agent, agent_object, read_actor
from identity.blanks import trimmed
from identity.identifiers import KINDS, Identifier, Kind, normalise
from identity.texts import Invalid

BOB = {"mbox": "mailto:bob@example.com"}
SHA1 = "cc1e39b02974c5d21e792d7febcaa6018bb6c574"


def account(home_page: object, name: object) -> dict[str, object]:
    return {"account": {"homePage": home_page, "name": name}}


@pytest.mark.parametrize(
    ("actor", "kind", "ifi", "name"),
    [
        # xAPI 1.0.3, Data 2.4.2.1: the standard's own examples, and the People API's Bob.
        (
            {"name": "Bob Smith", "mbox": "mailto:bob.smith@example.com"},
            "mbox",
            "mailto:bob.smith@example.com",
            "Bob Smith",
        ),
        (
            {"objectType": "Agent", **account("http://cloud.scorm.com/", "W74TDQ7PZG|251479"), "name": "Bob"},
            "account",
            "http://cloud.scorm.com/ W74TDQ7PZG|251479",
            "Bob",
        ),
        ({"openid": "HTTP://toby.openid.example.org/"}, "openid", "http://toby.openid.example.org/", None),
        ({"mbox_sha1sum": SHA1.upper()}, "mbox_sha1sum", SHA1, None),
        ({"mbox": " MAILTO:Bob@EXAMPLE.com "}, "mbox", "mailto:Bob@example.com", None),
        # An identified Group: its own identifier, never a member's.
        ({"objectType": "Group", "mbox": "mailto:team@example.com"}, "mbox", "mailto:team@example.com", None),
        (
            {"objectType": "Group", "name": "Team", **account("https://x.org", "t"), "member": [BOB]},
            "account",
            "https://x.org t",
            "Team",
        ),
        ({"objectType": "Group", "openid": "http://t.org", "member": []}, "openid", "http://t.org", None),
        # Names: trimmed; a blank one is none. Other control characters than NUL are theirs.
        ({**BOB, "name": " \u00a0Bob\n"}, "mbox", "mailto:bob@example.com", "Bob"),
        ({**BOB, "name": " "}, "mbox", "mailto:bob@example.com", None),
        ({**BOB, "name": "B\tob"}, "mbox", "mailto:bob@example.com", "B\tob"),
    ],
)
def test_agents_and_identified_groups(
    actor: dict[str, object], kind: Kind, ifi: str, name: str | None
) -> None:
    assert read_actor(actor) == Agent(Identifier(kind, ifi), name)


def test_what_is_not_kept_may_have_characters_that_cannot_be() -> None:
    member = {**BOB, "name": "B\0\ud83d"}
    assert read_actor({"objectType": "Group", "member": [member]}) == ANONYMOUS_GROUP
    assert isinstance(read_actor(member, kept=False), Agent)
    assert isinstance(read_actor(member), Invalid)
    assert isinstance(read_actor({**BOB, "unknown": 1, "": 2}), Agent)


def test_an_anonymous_group_is_nobody() -> None:
    assert read_actor({"objectType": "Group", "member": [BOB]}) == ANONYMOUS_GROUP
    assert read_actor(
        {"objectType": "Group", "name": "We", "member": [BOB, {**BOB, "objectType": "Agent"}]}
    ) == (ANONYMOUS_GROUP)


def test_mailbox_folding_reaches_statements() -> None:
    actor = {"mbox": "mailto:Bob@example.com"}
    assert read_actor(actor) == Agent(Identifier("mbox", "mailto:Bob@example.com"), None)
    folded = Agent(Identifier("mbox", "mailto:bob@example.com"), None)
    assert read_actor(actor, fold_mailbox_case=True) == folded


@pytest.mark.parametrize(
    ("actor", "says"),
    [
        (None, "it is null, not an object"),
        ("mailto:bob@example.com", "it is a string"),
        ([BOB], "it is a list"),
        (7, "it is a number"),
        (True, "it is true"),
        ({}, "it has no identifier"),
        ({"name": "Bob"}, "it has no identifier"),
        ({"email": "mailto:bob@example.com"}, "it has no identifier"),
        ({"MBOX": "mailto:bob@example.com"}, 'it has "MBOX", which is written "mbox"'),
        ({**BOB, "Account": {"homePage": "http://x.org", "name": "b"}}, '"Account", which is written "account"'),
        ({"objecttype": "Group", **BOB}, 'it has "objecttype", which is written "objectType"'),
        ({"objectType": "Group", "Member": [BOB], **BOB}, '"Member", which is written "member"'),
        ({"account": {"homepage": "http://x.org", "homePage": "http://x.org", "name": "b"}}, '"homepage", which is'),
        ({"objectType": "Group", "member": [{**BOB, "Name": "Bob"}]}, 'its member 1 is not valid: it has "Name"'),
        ({**BOB, "objectType": "Person"}, 'objectType is "Person"'),
        ({**BOB, "objectType": "agent"}, 'objectType is "agent"'),
        ({**BOB, "objectType": None}, "objectType is null"),
        ({**BOB, "objectType": ["Agent"]}, "objectType is a list"),
        ({**BOB, "mbox_sha1sum": SHA1}, "more than one identifier: mbox and mbox_sha1sum"),
        ({**BOB, "openid": None}, "more than one identifier"),
        ({"objectType": "Group", **BOB, "openid": "http://x.org"}, "more than one identifier"),
        ({"mbox": "bob@example.com"}, 'its mbox "bob@example.com" does not begin with mailto:'),
        ({"mbox": ["mailto:bob@example.com"]}, "its mbox is a list, not a string"),
        ({"mbox": None}, "its mbox is null"),
        ({"mbox": "mailto:bob"}, 'its mbox "mailto:bob" is not valid: '),
        ({"mbox": "mailto:bob@example.com\x00x"}, "NUL"),
        ({"mbox": "mailto:\ud800@example.com"}, "U+D800"),
        ({"mbox_sha1sum": SHA1[1:]}, "it has 39 characters"),
        ({"mbox_sha1sum": 7}, "its mbox_sha1sum is a number"),
        ({"openid": "bob.example.com"}, "it does not begin with a scheme"),
        ({"openid": {}}, "its openid is an object"),
        ({"account": "bob"}, "its account is a string, not an object"),
        ({"account": {"name": "bob"}}, "its account has no homePage"),
        ({"account": {"homePage": "http://x.org"}}, "its account has no name"),
        (account("http://x.org", 12), "its account's name is a number"),
        (account(None, "bob"), "its account's homePage is null"),
        (account("x.org", "bob"), 'its account "bob" at "x.org" is not valid'),
        (account("http://x.org", " "), "it has a home page and no name"),
        (account("http://x.org", "x" * 2000), "it has 2,013 bytes"),
        ({**BOB, "name": 7}, "its name is a number"),
        ({**BOB, "name": None}, "its name is null"),
        ({**BOB, "name": "B\x00b"}, "its name contains NUL"),
        ({**BOB, "name": "B\udfffb"}, "its name contains U+DFFF"),
        ({"objectType": "Group"}, "neither an identifier nor members"),
        ({"objectType": "Group", "name": "We"}, "neither an identifier nor members"),
        ({"objectType": "Group", "member": []}, "its list of members is empty"),
        ({"objectType": "Group", "member": BOB}, "its member is an object, not a list"),
        ({"objectType": "Group", "member": [BOB, {"mbox": "bob"}]}, "its member 2 is not valid: its mbox"),
        ({"objectType": "Group", "member": ["bob"]}, "its member 1 is not valid: it is a string"),
        (
            {"objectType": "Group", "member": [{"objectType": "Group", "member": [BOB]}]},
            "member 1 is a Group",
        ),
        ({"objectType": "Group", **BOB, "member": [{}]}, "its member 1 is not valid: it has no identifier"),
    ],
)
def test_invalid_actors(actor: object, says: str) -> None:
    found = read_actor(actor)
    assert isinstance(found, Invalid)
    assert found.code == "invalid_actor"
    assert says in found.detail
    # It must be possible to write it into a file.
    assert found.detail.encode().decode().isprintable()


def test_agent_objects() -> None:
    assert agent_object("mbox", "mailto:bob@example.com", "Bob") == {
        "mbox": "mailto:bob@example.com",
        "name": "Bob",
    }
    assert agent_object("mbox_sha1sum", SHA1, None) == {"mbox_sha1sum": SHA1}
    assert agent_object("openid", "http://bob.example.com", None) == {"openid": "http://bob.example.com"}
    assert agent_object("account", "https://x.org Bob  Smith", "Bob") == {
        "account": {"homePage": "https://x.org", "name": "Bob  Smith"},
        "name": "Bob",
    }


@settings(deadline=None)
@given(
    st.sampled_from(KINDS),
    st.sampled_from(["bob@example.com", SHA1, "http://x.org/Ü", "a b", "é|\u00a0|"]),
    st.sampled_from(["http://x.org", "urn:x", "X:/.//y"]),
    st.none()
    | st.text(min_size=1).filter(lambda name: trimmed(name) == name and "\0" not in name),
)
def test_there_and_back(kind: Kind, value: str, home_page: str, name: str | None) -> None:
    identifier = normalise(kind, value, home_page)
    if isinstance(identifier, Identifier):
        assert read_actor(agent_object(identifier.kind, identifier.ifi, name)) == Agent(identifier, name)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["Group", "Agent", "mailto:a@b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*KINDS, "objectType", "name", "member", "homePage", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(json_values)
def test_any_json_is_read(actor: object) -> None:
    found = read_actor(actor)
    if isinstance(found, Invalid):
        assert found.code == "invalid_actor"
        assert found.detail.isprintable()
    elif isinstance(found, Agent):
        assert isinstance(actor, dict)
        assert [kind for kind in KINDS if kind in actor] == [found.identifier.kind]
    else:
        assert found == ANONYMOUS_GROUP
        assert isinstance(actor, dict)
        assert actor["member"]
