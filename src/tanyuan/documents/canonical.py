"""Canonical JSON and content hashes: equal content, equal bytes, equal hash.

The form is RFC 8785 (JSON Canonicalization Scheme) restricted to what has one spelling: objects,
arrays, strings in Unicode NFC, integers below 2**53, true, false, null. Decimal numbers are
strings, instants are UTC with `Z`; binary floats are refused.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any

from tanyuan.documents.numbers import decimal_string


def canonical_json(value: object) -> bytes:
    """The value's canonical bytes.

    Raises:
        TypeError: a float, a set or another value without one canonical spelling.
        ValueError: an integer beyond 2**53, a date and time without time zone, equal keys.
    """
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def content_hash(value: object) -> str:
    """SHA-256 of the canonical bytes, as `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(canonical_json(value)).hexdigest()}"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return _sorted(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, datetime):
        return _instant(value)
    for kind, spell in _SCALARS.items():
        if isinstance(value, kind):
            return spell(value)
    raise TypeError(f"no canonical spelling for {type(value).__name__}: {value!r}")


def _integer(value: int) -> int:
    if abs(value) >= 2**53:
        raise ValueError(f"integer too large for JSON readers: {value}")
    return value


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"date and time without time zone: {value}")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_SCALARS: dict[type, Callable[[Any], object]] = {
    NoneType: lambda value: value,
    bool: lambda value: value,
    int: _integer,
    str: lambda value: unicodedata.normalize("NFC", value),
    Decimal: decimal_string,
    date: date.isoformat,
}


def _sorted(value: Mapping[object, object]) -> dict[str, object]:
    # RFC 8785 sorts by UTF-16 code units
    plain: dict[str, object] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError(f"an object's key is a string, not {key!r}")
        name = unicodedata.normalize("NFC", key)
        if name in plain:
            raise ValueError(f"two keys are equal in Unicode NFC: {name!r}")
        plain[name] = _plain(item)
    return dict(sorted(plain.items(), key=lambda pair: pair[0].encode("utf-16-be")))
