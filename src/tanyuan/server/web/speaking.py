"""The language and the time zone in which a request is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from django.utils import timezone, translation

from tanyuan.languages import LANGUAGES, in_language

LANGUAGE_COOKIE = "tanyuan-language"
_DJANGO_NAMES = {"zh": "zh-hans", "en": "en"}


def chosen_language(request: HttpRequest) -> str:
    """The reader's language: of the address, the account, the cookie, the browser; else Chinese."""
    user = getattr(request, "user", None)
    wanted = [
        request.GET.get("lang", ""),
        getattr(user, "language", ""),
        request.COOKIES.get(LANGUAGE_COOKIE, ""),
        request.headers.get("Accept-Language", "")[:2].lower(),
    ]
    return next((name for name in wanted if name in LANGUAGES), "zh")


@contextmanager
def speaking(request: HttpRequest) -> Iterator[str]:
    """Speak the reader's language, in the reader's time zone, inside the block."""
    chosen = chosen_language(request)
    zone = getattr(getattr(request, "user", None), "time_zone", None)
    with (
        in_language(chosen),
        translation.override(_DJANGO_NAMES[chosen]),
        timezone.override(zone),
    ):
        yield chosen
