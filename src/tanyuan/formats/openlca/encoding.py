"""JSON with sorted keys and decimals as they are; what is empty is left out."""

from __future__ import annotations

import json
from decimal import Decimal
from json.encoder import encode_basestring as _quoted
from typing import Any

from tanyuan.documents.numbers import decimal_string


class Raw(str):
    """JSON that was encoded before, because many objects hold it."""

    __slots__ = ()


def stated(**fields: Any) -> dict[str, Any]:
    """The fields that say something, in the order of their names; `at_` stands for `@`."""
    found = {
        f"@{name[3:]}" if name.startswith("at_") else name: value
        for name, value in fields.items()
        if value not in (None, "", [], {}, False) or isinstance(value, Decimal)
    }
    return dict(sorted(found.items()))


def encoded(value: Any) -> str:
    """A value as JSON."""
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if kind is Raw:
        return str(value)
    if kind is dict:
        inside = ",".join([f"{_quoted(key)}:{encoded(item)}" for key, item in value.items()])
        return f"{{{inside}}}"
    if kind is Decimal:
        return decimal_string(value)
    if kind is list:
        return f"[{','.join(map(encoded, value))}]"
    return json.dumps(value)
