"""The schema's history: each revision is a `.sql` file beside the few lines that Alembic needs to find it."""

from pathlib import Path

from alembic import op

VERSIONS = Path(__file__).parent / "versions"


def run_file(name: str) -> None:
    """Execute every statement of `versions/<name>`; Alembic prints it instead when asked for `--sql`."""
    op.execute((VERSIONS / name).read_text(encoding="utf-8").replace(":", r"\:"))
