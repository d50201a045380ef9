"""How many requests a caller may make in a minute; counted in Django's cache."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from tanyuan.languages import Message
from tanyuan.server.base.rest import Stopped

_WINDOW = 60


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
    name = f"rate:{kind}:{caller}:{now // _WINDOW}"
    limit = settings.API_RATES[kind]
    cache.add(name, 0, _WINDOW + 10)
    try:
        used = cache.incr(name)
    except ValueError:  # thrown out of a full cache just now
        used = 1
    rate = Rate(limit, used, _WINDOW - now % _WINDOW)
    request.tanyuan_rate = rate  # type: ignore[attr-defined]
    if used > limit:
        raise Stopped(
            429,
            "too-many",
            Message("Too many requests: {n} a minute. Wait {s} s.", n=limit, s=rate.seconds),
            {"Retry-After": str(rate.seconds)},
        )


def address(request: HttpRequest) -> str:
    """The client's address; behind proxies the one that the outermost trusted proxy saw."""
    proxies = settings.AXES_IPWARE_PROXY_COUNT
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return hops[-proxies][:60]
    return str(request.META.get("REMOTE_ADDR", ""))
