"""What is there only while a process needs it: none of it stays for long, and none is taken from who is at it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jobs.shell.temporary import temporary_file, temporary_folder


def test_what_the_dead_have_left_goes_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / "import-people.held-dead").mkdir()
    (place / "import-people.held-dead/hr.csv").touch()
    (place / ".import-people.held-dead").touch()
    (place / "people.csv").touch()
    (place / "import-people-0123456789abcdef").mkdir()  # where an embedded server listens whose home has a long path
    (place / "import-people.held-link").symlink_to(tmp_path)
    os.mkfifo(place / ".import-people.held-pipe")
    (place / "import-people.held-x.csv").touch()  # what somebody sends may be called so
    (place / ".import-people.held-folder").mkdir()
    with temporary_folder(place) as one:
        descriptor, name = temporary_file(place)
        with temporary_folder(place) as other:
            there = {path.name for path in place.iterdir()}
            others = {"people.csv", "import-people-0123456789abcdef"}
            others |= {"import-people.held-link", ".import-people.held-pipe"}
            others |= {"import-people.held-x.csv", ".import-people.held-folder"}
            assert there == {one.name, other.name, Path(name).name} | others
        os.close(descriptor)
    with temporary_folder(place) as other:
        assert {path.name for path in place.iterdir()} == others | {other.name}
    assert {path.name for path in place.iterdir()} == others
    assert tmp_path.exists()


def test_nobody_loses_what_is_at_work(tmp_path: Path) -> None:
    def work(_: int) -> None:
        for _ in range(40):
            with temporary_folder(tmp_path) as folder:
                (folder / "hr.csv").write_text("x")
                descriptor, name = temporary_file(tmp_path)
                os.replace(name, folder / "plan.csv")
                os.close(descriptor)
                assert {path.name for path in folder.iterdir()} == {"hr.csv", "plan.csv"}

    with ThreadPoolExecutor(4) as several:
        list(several.map(work, range(4)))
    assert not [*tmp_path.iterdir()]
