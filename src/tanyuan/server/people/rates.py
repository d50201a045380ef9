"""How many requests a caller may make in a minute.

On PostgreSQL several processes share one table of counters; on SQLite there is one process, which
counts in its memory.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest

from tanyuan.languages import Message
from tanyuan.server.base.rest import Stopped

_WINDOW = 60
_COUNT = """
    INSERT INTO people_requestcount AS kept (caller, minute, used) VALUES (%s, %s, 1)
    ON CONFLICT (caller) DO UPDATE SET
        used = CASE WHEN kept.minute < excluded.minute THEN 1 ELSE kept.used + 1 END,
        minute = GREATEST(kept.minute, excluded.minute)
    RETURNING used
"""
_PRUNE = """
    DELETE FROM people_requestcount WHERE caller IN (
        SELECT caller FROM people_requestcount WHERE minute < %s LIMIT 1000 FOR UPDATE SKIP LOCKED
    )
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """What is left of the caller's minute."""

    limit: int
    used: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As every answer tells it."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": str(self.seconds),
        }


def count(request: HttpRequest, kind: str, caller: str) -> None:
    """Count one request of a caller.

    Raises:
        Stopped: there were too many in this minute.
    """
    now = int(time.time())
    limit = settings.API_RATES[kind]
    counted = _in_table if connection.vendor == "postgresql" else _in_memory
    used = counted(f"{kind}:{caller}", now // _WINDOW)
    rate = Rate(limit, used, _WINDOW - now % _WINDOW)
    request.tanyuan_rate = rate  # type: ignore[attr-defined]
    if used > limit:
        raise Stopped(
            429,
            "too-many",
            Message("Too many requests: {n} a minute. Wait {s} s.", n=limit, s=rate.seconds),
            {"Retry-After": str(rate.seconds)},
        )


def _in_table(caller: str, minute: int) -> int:
    """The caller's requests in this minute; whoever begins a minute removes who came before it."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [caller, minute])
        used = int(cursor.fetchone()[0])
        if used == 1:
            cursor.execute(_PRUNE, [minute - 1])
    return used


def _in_memory(caller: str, minute: int) -> int:
    name = f"rate:{caller}:{minute}"
    cache.add(name, 0, _WINDOW + 10)
    try:
        return cache.incr(name)
    except ValueError:  # thrown out of a full cache just now
        return 1
