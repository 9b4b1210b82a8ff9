"""Why a line of people is rejected, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identity import problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.lines.people import PeopleFiles
    from jobs.reading.headers import Header


def reject(row: Any, files: PeopleFiles) -> tuple[int, str | None, str, str | None, str]:
    """A row of `consequences/rejected.sql` as one of `REJECTS`, with its sentence."""
    header = files.files[row["file"]].header
    place = row["place"]
    if row["code"] == "unknown_group":
        place = _place_of_group(header, row["value"])
    elif row["code"] in ("nobodys_id", "differing_people") and place is None:
        place = header.custom_id
    column = None if place is None else header.shown(place)
    detail, value, other = row["detail"], row["value"], None
    match row["code"]:
        case "contested":
            detail = "these lines name several custom_ids"
        case "ambiguous":
            detail = f"the custom_ids {value}"
        case "takeover_left_nothing":
            detail = f"{problems.quoted(value)} stays with somebody who has another custom_id"
        case "spell_left_nothing":
            detail = f"{problems.quoted(value)} is somebody else's in that time"
        case "pin_left_nothing":
            detail = f"{problems.quoted(value)} is pinned where it is"
        case "near_miss" | "near_custom_id":
            other = detail
        case "former_id":
            other = detail or "somebody without a name"
    message = problems.message(
        row["code"],
        value=value,
        column=column,
        detail=detail,
        other=other,
        custom_id=row["custom_id"],
        lines=_lines(row, files),
        count=len(row["other_lines"] or ()) + row["more"],
    )
    return row["line"], column, row["code"], value, message


def _place_of_group(header: Header, custom_id: str) -> int | None:
    """Of the column that names this group; None where it may be any of several."""
    fits = [] if header.groups is None else [(0, header.groups)]
    for entry in header.mapped_groups:
        for group in (entry.group, *entry.parents):
            template = group.custom_id
            if template.columns and template.makes(custom_id):
                fits.append((sum(map(len, template.texts)), int(template.columns[0])))
    best = max(fits, default=(0, 0))[0]  # the most text of its own tells most
    places = {place for text, place in fits if text == best}
    return places.pop() if len(places) == 1 else None


def _lines(row: Any, files: PeopleFiles) -> Sequence[int] | str:
    """The other lines that a message names: by number, and by file where they are in another."""
    lines, of = row["other_lines"] or [], row["other_files"] or []
    own: int = row["file"]
    if all(file == own for file in of):
        return files.files[own].told_together(lines, len(lines) + row["more"])
    names = [problems.one_line(files.files[file].name) for file in of]
    named = ", ".join(f"{name} line {line}" for line, name in zip(lines, names, strict=True))
    return f"{named} and {row['more']:,} more" if row["more"] else named
