"""Statements as tests make and read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from jobs.statements.files import Raw, StatementFile
from jobs.statements.reading import Rejected, Statement, StatementReader

ID = "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
OTHER_ID = "e05aa883-acaf-40ad-bf54-02c8ce485fb0"
BASE: dict[str, Any] = {
    "id": ID,
    "actor": {"mbox": "mailto:bob@corp.example", "name": "Bob"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en": "completed"}},
    "object": {"id": "https://lms.corp.example/courses/1"},
    "timestamp": "2026-01-31T09:30:00Z",
}


def read(**changes: Any) -> Statement | Rejected:
    """BASE with these properties; None leaves one out."""
    kept = {key: value for key, value in {**BASE, **changes}.items() if value is not None}
    return StatementReader().read(json.dumps(kept).encode())


def valid(**changes: Any) -> Statement:
    found = read(**changes)
    assert isinstance(found, Statement), found
    return found


def raws(tmp_path: Path, content: bytes) -> list[Raw]:
    path = tmp_path / "statements"
    path.write_bytes(content)
    with StatementFile(path) as file:
        return [raw for part in file.parts() for raw in part.statements()]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
