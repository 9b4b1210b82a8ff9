"""Files that are sent to be imported."""

from __future__ import annotations

from typing import Any, Final

from jobs.serving.described.parts import asked, gives, json_schema, listed, named, operation

ROOT: Final = "/api/organizations/{organization}/csv-import"
_TEXT: Final = json_schema("string")
_NUMBER: Final = json_schema("integer", minimum=0)
_CSV: Final = {"description": "The file.", "content": {"text/csv": {"schema": _TEXT}}}
_TOML: Final = {"application/toml": {"schema": _TEXT, "example": 'person = {custom_id = "{Employee ID}"}\n'}}
_FORM: Final = json_schema(
    "object",
    required=["file"],
    properties={
        "file": json_schema("string", format="binary", description="What `import-people` can read."),
        "template": json_schema("string", description="The name of a mapping; or `mapping`."),
        "mapping": json_schema("string", description="The same."),
        "fileSize": json_schema("integer", minimum=0, description="Its bytes, exactly."),
        "dryRun": json_schema("boolean", description="Keep the plan, and undo it."),
        "plan": json_schema("boolean", description="Keep the plan."),
        "expect": json_schema("string", description="The hash of a plan: other changes are refused."),
        "source": json_schema("string", description="For which source the file speaks."),
        "acceptNear": listed(_TEXT, description="New ids that are people's own, though nearly somebody else's."),
        "newPerson": listed(_TEXT, description="Ids that are somebody else's now than of whom they were."),
        "notify": json_schema("string", description="A URL that is told what has become of it."),
    },
)
_STATES: Final = ["queued", "running", "committed", "finished", "dry-run", "refused", "failed", "stopped"]

SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "Upload": {
        "type": "object",
        "description": "A file that was sent, or what takes one back.",
        "required": ["id", "url", "state", "sentBy", "created", "tries"],
        "properties": {
            **dict.fromkeys(("id", "fileSize", "tries", "import", "exitCode", "undoes"), _NUMBER),
            **dict.fromkeys(("url", "file", "mapping", "sentBy", "error", "notified", "rejects", "plan"), _TEXT),
            **dict.fromkeys(("created", "started", "ended"), json_schema("string", format="date-time")),
            "state": json_schema("string", enum=_STATES),
            "dryRun": json_schema("boolean"),
            "summary": json_schema("object"),
        },
    },
    "Mapping": {
        "type": "object",
        "required": ["name", "size", "changed", "changedBy"],
        "properties": {"name": _TEXT, "size": _NUMBER, "changed": _TEXT, "changedBy": _TEXT},
    },
}
PLACES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "upload": ("The id of a file that was sent.", json_schema("integer", minimum=1)),
    "name": ("The name of a mapping.", json_schema("string", pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")),
    "what": ("What is fetched.", json_schema("string", enum=["rejects", "plan"])),
}


def _list_of(name: str) -> dict[str, Any]:
    return json_schema(
        "object", required=["count", "results"], properties={"count": _NUMBER, "results": listed(named(name))}
    )


OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    f"POST {ROOT}": operation(
        body={"required": True, "content": {"multipart/form-data": {"schema": _FORM}}},
        _202=gives("It will be imported.", named("Upload"), Location="Where to ask what has become of it."),
    ),
    f"GET {ROOT}": operation(
        asked("_limit", "How many: 100, unless said; at most 1,000.", _NUMBER),
        asked("_offset", "So many are passed over.", _NUMBER),
        _200=gives("Some of them.", _list_of("Upload")),
    ),
    f"GET {ROOT}/{{upload}}": operation(_200=gives("What has become of it.", named("Upload"))),
    f"DELETE {ROOT}/{{upload}}": operation(
        _204=gives("It is forgotten."), _409=gives("It waits, or is imported just now.")
    ),
    f"GET {ROOT}/{{upload}}/{{what}}": operation(_200=_CSV),
    f"POST {ROOT}/{{upload}}/undo": operation(
        asked("skipChanged", "Leave what has been changed since.", json_schema("boolean")),
        _202=gives("It will be taken back.", named("Upload"), Location="Where to ask what has become of it."),
        _409=gives("There is nothing to be taken back."),
    ),
    f"GET {ROOT}/mappings": operation(_200=gives("All of them.", _list_of("Mapping"))),
    f"GET {ROOT}/mappings/{{name}}": operation(_200={"description": "The mapping.", "content": _TOML}),
    f"PUT {ROOT}/mappings/{{name}}": operation(
        body={"required": True, "content": _TOML}, _204=gives("It is kept.")
    ),
    f"DELETE {ROOT}/mappings/{{name}}": operation(_204=gives("It is forgotten.")),
}
