"""A proposal knows itself, and whether anybody has mended it."""

from __future__ import annotations

import pytest

from jobs.mapping.unmended import is_unmended, signed
from jobs.mapping.written import parse_mapping

PROPOSED = '# Proposed.\n# Read it.\n\nsource = "hr"  # why\n\n[person]\ncustom_id = "{ID}"\n'


@pytest.mark.parametrize("toml", [PROPOSED, PROPOSED.partition("\n\n")[2]])
def test_a_proposal_is_unmended_until_it_is_mended(toml: str) -> None:
    written = signed(toml)
    assert parse_mapping("m", written).unmended
    indented = "\n".join(f"    {line}" for line in written.splitlines())
    for same in (indented, written.rstrip("\n"), written.replace("\n", "\r\n")):
        assert is_unmended(same)
    for mended in (toml, f"# Looked at.\n{written}", written.replace("hr", "sap"), written.replace("# why", "# why?")):
        assert not parse_mapping("m", mended).unmended
    assert written.splitlines().count("") == toml.splitlines().count("")
