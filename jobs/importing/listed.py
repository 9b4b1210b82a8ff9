"""Runs of the history, and what they changed, as lists show them."""

from __future__ import annotations

from typing import Any

from identity.problems import quoted
from jobs.importing.plan import COLUMNS
from jobs.shell.terminal import instant, table

ANY: dict[str, None] = {"import": None}
"""Of the history, any run."""


def as_json(run: dict[str, Any]) -> dict[str, Any]:
    """A run of the history as `--json` has it; times are ISO 8601 in UTC."""
    return {
        "import": run["id"],
        "command": run["command"],
        "source": run["source"],
        "state": run["state"],
        "started": instant(run["started_at"]),
        "ended": run["ended_at"] and instant(run["ended_at"]),
        "run_by": run["run_by"],
        "files": run["files"],
        "counts": run["counts"],
        "failure": run["failure"],
        "undoes": run["undoes"],
        "undone_by": run["undone_by"],
        "pruned": run["pruned"],
    }


def cells(run: dict[str, Any]) -> tuple[str, ...]:
    """A run of the history as a row of the table."""
    return (
        str(run["id"]),
        f"{run['started_at']:%Y-%m-%d %H:%M:%S}",
        run["command"] if run["undoes"] is None else f"{run['command']} {run['undoes']}",
        run["source"] or "",
        run["state"] if run["undone_by"] is None else f"undone by {run['undone_by']}",
        _failure(run) or outcome(run["counts"]),
        ", ".join(file["name"] for file in run["files"]),
    )


def outcome(counts: dict[str, Any]) -> str:
    """The main figures of a run in a few words."""
    units = {"rows": "lines", "statements": "statements"}
    said = [f"{counts[name]:,} {unit}" for name, unit in units.items() if name in counts]
    if counts.get("rejected"):
        said.append(f"{counts['rejected']:,} rejected")
    for things in ("people",) if "people" in counts else ("groups", "parents"):
        found = counts.get(things)
        if isinstance(found, dict):
            said += [f"{number:,} {things} {what}" for what, number in found.items() if number]
    personas = counts.get("personas")
    if isinstance(personas, dict):
        told = {"taken": "taken over"} | {what: what for what in ("split", "dropped", "moved", "pinned", "unpinned")}
        said += [f"{personas[what]:,} personas {words}" for what, words in told.items() if personas.get(what)]
    return ", ".join(said)


def as_table(rows: list[dict[str, Any]]) -> list[str]:
    """Changes (`changes/page.sql`) as a table of those columns that any of them fills."""
    if not rows:
        return []
    columns = [name for name in COLUMNS if any(row[name] is not None for row in rows)]
    cells = [tuple("" if row[name] is None else shown(row[name]) for name in columns) for row in rows]
    return table([tuple(columns), *cells])


def shown(value: Any) -> str:
    """A figure or a text of the database, as a list shows it."""
    return f"{value:,}" if isinstance(value, int) else quoted(value)[1:-1]


def _failure(run: dict[str, Any]) -> str | None:
    """Why it failed. Of a refusal the ways out are left to lrs-people show-import."""
    failure: str | None = run["failure"]
    return failure.split("; ")[0] if failure and run["state"] == "refused" else failure
