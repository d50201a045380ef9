"""How much may be sent to an address; more is refused before it is read, let alone stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tanyuan.languages import Message

Limit = Callable[[], int]

# What a form sends around the file itself
SLACK = 64 * 1024
_CHUNK = 64 * 1024


def takes(limit: Limit | None) -> Callable[[Any], Any]:
    """Mark a view that takes more than a form; None: it looks after the size itself."""

    def mark(view: Any) -> Any:
        view.body_limit = limit
        return view

    return mark


def limit_of(view: Any) -> int | None:
    """How much the view takes; None where it looks after that itself."""
    limit: Limit | None = getattr(view, "body_limit", _form_limit)
    return None if limit is None else limit() + SLACK


def _form_limit() -> int:
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def is_beyond(request: HttpRequest, limit: int) -> bool:
    """Whether a body is said to be larger than a limit, or its size is not said at all."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return True
    return not size.isascii() or not size.isdigit() or int(size) > limit


def let_go(request: HttpRequest, most: int) -> None:
    """Read past a body without keeping it, so that the sender gets to the answer."""
    read = 0
    try:
        while read < most and (chunk := request.read(_CHUNK)):
            read += len(chunk)
    except OSError:
        return  # the sender has gone


def too_large(limit: int) -> Message:
    """What is said of a file that is too large."""
    return Message("The file is larger than {limit} MiB.", limit=limit // 1024**2)
