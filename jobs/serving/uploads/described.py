"""Files that are sent, and mappings, in the words of OpenAPI."""

from __future__ import annotations

from typing import Any, Final

from jobs.serving.describing import asked, gives, json_schema, listed, operation

_TEXT: Final = json_schema("string")
_NUMBER: Final = json_schema("integer", minimum=0)
_CSV: Final = {"description": "The file.", "content": {"text/csv": {"schema": _TEXT}}}
_TOML: Final = {"text/plain": {"schema": _TEXT, "example": 'person = {custom_id = "{Employee ID}"}\n'}}
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

_UPLOAD: Final = {
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
}
_MAPPING: Final = {
    "type": "object",
    "required": ["name", "size", "changed", "changedBy"],
    "properties": {"name": _TEXT, "size": _NUMBER, "changed": _TEXT, "changedBy": _TEXT},
}


def _list_of(item: dict[str, Any]) -> dict[str, Any]:
    return json_schema("object", required=["count", "results"], properties={"count": _NUMBER, "results": listed(item)})


SEND: Final = operation(
    body={"required": True, "content": {"multipart/form-data": {"schema": _FORM}}},
    _202=gives("It will be imported.", _UPLOAD, Location="Where to ask what has become of it."),
    _429=gives("More requests in this minute than a credential has, or too many files wait.", Retry_After="When."),
)
LIST: Final = operation(
    asked("_limit", "How many: 100, unless said; at most 1,000.", _NUMBER),
    asked("_offset", "So many are passed over.", _NUMBER),
    _200=gives("Some of them.", _list_of(_UPLOAD)),
)
READ: Final = operation(_200=gives("What has become of it.", _UPLOAD))
DROP: Final = operation(_204=gives("It is forgotten."), _409=gives("It is imported, or taken back, just now."))
FETCH: Final = operation(_200=_CSV)
UNDO: Final = operation(
    asked("skipChanged", "Leave what has been changed since.", json_schema("boolean")),
    _202=gives("It will be taken back.", _UPLOAD, Location="Where to ask what has become of it."),
    _409=gives("There is nothing to be taken back."),
)
LIST_MAPPINGS: Final = operation(_200=gives("All of them.", _list_of(_MAPPING)))
READ_MAPPING: Final = operation(_200={"description": "The mapping.", "content": _TOML})
KEEP_MAPPING: Final = operation(body={"required": True, "content": _TOML}, _204=gives("It is kept."))
DROP_MAPPING: Final = operation(_204=gives("It is forgotten."))
