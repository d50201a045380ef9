"""Answers to what cannot be answered: refused, not found, too large, broken, short of something."""

from __future__ import annotations

import sys

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tanyuan.languages import Message
from tanyuan.server.base.bodies import too_large as too_large_message
from tanyuan.server.base.shortage import RETRY_SECONDS, shortage
from tanyuan.server.web.speaking import speaking

_API = "/api/"


def _answer(
    request: HttpRequest, status: int, code: str, title: Message, message: Message
) -> HttpResponse:
    """A page, or JSON for programs; it asks the database for nothing, not even for the reader."""
    request.user = AnonymousUser()
    request.__dict__.pop("_messages", None)
    with speaking(request):
        return _spoken(request, status, code, title, message)


def _spoken(
    request: HttpRequest, status: int, code: str, title: Message, message: Message
) -> HttpResponse:
    if request.path.startswith(_API):
        return JsonResponse(
            {"code": code, "message": str(message)},
            status=status,
            json_dumps_params={"ensure_ascii": False},
        )
    context = {"title": title, "message": message, "again": code == "shortage"}
    return render(request, "web/failed.html", context, status=status)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The reader may not do this."""
    return render(request, "403_csrf.html", status=403)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request is none that this server can answer."""
    title = Message("This cannot be read")
    if "HTTP_HOST" in request.META and _is_foreign(request):
        message = Message(
            "The server is not known by the name in this address. Its operator can add the name "
            "in TANYUAN_HOSTS."
        )
    else:
        message = Message("What you sent cannot be read.")
    return _answer(request, 400, "unreadable", title, message)


def _is_foreign(request: HttpRequest) -> bool:
    from django.http.request import split_domain_port, validate_host  # noqa: PLC0415

    host, _ = split_domain_port(request.META["HTTP_HOST"])
    return not validate_host(host, settings.ALLOWED_HOSTS)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page for this reader."""
    return render(request, "web/not_found.html", status=404)


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than the address takes, or it was not said how much."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        message = Message("Say how much you send: the header Content-Length is missing.")
        return _answer(request, 411, "length", Message("This was not taken"), message)
    message = too_large_message(settings.UPLOAD_LIMIT)
    if not request.path.startswith(_API):
        message = Message("What you sent is larger than is allowed.")
    return _answer(request, 413, "too-large", Message("This was not taken"), message)


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong here; what is only short for a moment is told as that."""
    message = shortage(sys.exc_info()[1])
    if message is None:
        return render(request, "web/broken.html", status=500)
    answer = _answer(request, 503, "shortage", Message("Not just now"), message)
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
