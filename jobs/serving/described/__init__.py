"""What each address takes and gives, as OpenAPI writes it; what it is for stands with the handlers.

`OPERATIONS` has, by method and address, what `jobs.serving.documentation` puts beside what the handlers say.
"""

from __future__ import annotations

from typing import Any, Final

from jobs.serving.described import people, uploads, xapi
from jobs.serving.described.parts import json_schema

OPERATIONS: Final[dict[str, dict[str, Any]]] = people.OPERATIONS | xapi.OPERATIONS | uploads.OPERATIONS
"""By method and address."""
SCHEMAS: Final[dict[str, dict[str, Any]]] = people.SCHEMAS | xapi.SCHEMAS | uploads.SCHEMAS
"""By name."""
PLACES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "organization": ("The organisation, by id or name: that of the credential.", json_schema("string", minLength=1)),
    **people.PLACES,
    **uploads.PLACES,
}
"""What stands in addresses, by name: what it is, and its schema."""
