"""Documents of MongoDB as mongodump writes them (BSON), as the JSON that mongoexport makes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import bson
import orjson
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.datetime_ms import DatetimeMS
from bson.decimal128 import Decimal128
from bson.errors import BSONError
from bson.objectid import ObjectId

_OPTIONS: Final[CodecOptions[dict[str, Any]]] = CodecOptions(
    tz_aware=True, datetime_conversion=DatetimeConversion.DATETIME_AUTO
)


def as_json(document: bytes) -> bytes:
    """A document as JSON. What is none is given back as it is, and is no JSON either."""
    try:
        return orjson.dumps(bson.decode(document, _OPTIONS), default=_extended)
    except (BSONError, orjson.JSONEncodeError, RecursionError):
        return document


def _extended(value: object) -> object:
    """What JSON has no word for, in that of MongoDB."""
    if isinstance(value, ObjectId):
        return {"$oid": str(value)}
    if isinstance(value, datetime):
        return {"$date": value.isoformat()}
    if isinstance(value, DatetimeMS):
        return {"$date": int(value)}
    if isinstance(value, Decimal128):
        return {"$numberDecimal": str(value)}
    return {"$unknown": str(value)}
