"""${message}."""

from sql.migrations import run_file

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """See the file of the same name."""
    run_file("${up_revision}.sql")
