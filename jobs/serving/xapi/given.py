"""What is kept of a statement, and of whom an agent is, as xAPI writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from identity.agents import agent_object

NOT_KEPT: Final = {"objectType": "Agent", "account": {"homePage": "about:blank", "name": "not kept"}}
"""Stands where xAPI wants something of which nothing is kept: who is in an anonymous group, and what a statement is
about that is about no activity."""


def statement_object(row: Mapping[str, Any]) -> dict[str, Any]:
    """A statement, of a row of `xapi/page.sql`."""
    said: dict[str, Any] = {
        "id": row["id"],
        "actor": _actor(row),
        "verb": {"id": row["verb"]},
        "object": _object(row),
        "timestamp": row["at"].isoformat().replace("+00:00", "Z"),
    }
    if result := _result(row):
        said["result"] = result
    return said


def person_object(asked: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The Person of an agent, with all identifiers of the human; `rows`: of `xapi/agent.sql`, none if nobody has the
    identifier that is `asked` for.
    """
    agents = [agent_object(row["kind"], row["ifi"], row["agent_name"]) for row in rows] or [dict(asked)]
    people = [row["person"] for row in rows[:1]]
    names = [name for name in (*people, *(agent.get("name") for agent in agents)) if name]
    person: dict[str, Any] = {"objectType": "Person"}
    if names:
        person["name"] = list(dict.fromkeys(names))
    for agent in agents:
        for key, value in agent.items():
            if key not in ("name", "objectType"):
                person.setdefault(key, []).append(value)
    return person


def _actor(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["ifi"] is None:
        return {"objectType": "Group", "member": [NOT_KEPT]}
    agent = agent_object(row["kind"], row["ifi"], row["agent_name"])
    return {"objectType": "Group", **agent} if row["object_type"] == "Group" else agent


def _object(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["voids"] is not None:
        return {"objectType": "StatementRef", "id": row["voids"]}
    return {"id": row["iri"]} if row["iri"] else NOT_KEPT


def _result(row: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {key: row[key] for key in ("completion", "success") if row[key] is not None}
    if row["score"] is not None:
        result["score"] = {"scaled": float(row["score"])}
    if row["seconds"] is not None:
        result["duration"] = f"PT{Decimal(row['seconds']):f}S"
    return result
