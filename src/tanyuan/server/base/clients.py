"""The address from which a request comes: one answer for lock-out, session list and limits."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

_UNKNOWN = "0.0.0.0"  # noqa: S104 - a value to count by, nothing is bound to it


def client_address(request: HttpRequest) -> str:
    """The client's address; behind proxies the one that the outermost trusted proxy saw.

    What stands before that in X-Forwarded-For was written by the client and is not believed.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    seen = hops[-proxies] if proxies and len(hops) >= proxies else ""
    return _plain(seen) or _plain(peer) or _UNKNOWN


def _plain(address: str) -> str:
    """An address in its one form; empty where it is none."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
