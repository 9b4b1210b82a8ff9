"""import-people: make the people of the record store agree with HR's file."""

from __future__ import annotations

from typing import Any

from jobs.importing.of_people import OPTIONS, import_people
from jobs.shell.command import Session, command


@command("import-people", needs=("jobs.importing.row_by_row", "jobs.importing.summary", "jobs.lines.groups"))
@OPTIONS
def main(session: Session, **options: Any) -> int:
    """Make the people of the record store agree with people/persona CSV files.

    A FILE may be packed (gzip, bzip2, zstd, each in a zip), .xlsx or - (standard input). Columns, in any order:
    custom_id, name, image_url, since, email, mbox_sha1sum, openid, account_home_page + account_name, identifier_since,
    groups (custom_ids joined by |); a number after an identifier's column (email_2) makes a further persona. Any other
    columns: lrs-people inspect-people FILE proposes a --mapping. Without --batch each line is a transaction of its own,
    for small updates.
    """
    return import_people(session, **options)


if __name__ == "__main__":
    main()
