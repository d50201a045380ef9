"""What happens around every request: its id, the language, the slim way for public pages."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextlib import suppress

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from tanyuan.server.base.audit import request_id
from tanyuan.server.base.bodies import SLACK, is_beyond, let_go, limit_of
from tanyuan.server.base.clients import client_address
from tanyuan.server.web.failures import too_large
from tanyuan.server.web.speaking import speaking

_SEEN_SECONDS = 300
_MOST_SEEN = 10_000

Answer = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Give every request an id, which audit events and answers carry."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id set."""
        token = request_id.set(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
        finally:
            request_id.reset(token)
        return response


class LanguageMiddleware:
    """Speak the reader's language while a request is answered."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language."""
        with speaking(request) as chosen:
            response = self.get_response(request)
        response["Content-Language"] = chosen
        return response


class BodyMiddleware:
    """Refuse a body that is larger than its address takes, before anything reads it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse."""
        if request.method not in ("POST", "PUT", "PATCH"):
            return self.get_response(request)
        try:
            limit = limit_of(resolve(request.path_info).func)
        except Resolver404:
            limit = SLACK
        if limit is None or not is_beyond(request, limit):
            return self.get_response(request)
        let_go(request, 2 * settings.UPLOAD_LIMIT)
        request.method = "GET"  # the body must not be read again as the answer is made
        return LanguageMiddleware(too_large)(request)


class SeenMiddleware:
    """Note for the list of sessions that one is in use: now and then, since it is a write.

    Were it noted at every request, every page that is only read would wait for the disk.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._seen: dict[tuple[str, str], float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then note."""
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and session.session_key and request.user.is_authenticated:
            now, place = time.monotonic(), (session.session_key, client_address(request))
            if now - self._seen.get(place, -_SEEN_SECONDS) >= _SEEN_SECONDS:
                if len(self._seen) > _MOST_SEEN:
                    self._seen.clear()
                self._seen[place] = now
                # Not worth an error: the page is there
                with suppress(DatabaseError):
                    UserSession.objects.create_from_request(request)
        return response


class SlimMiddleware:
    """Answer marked public views at once, past sessions and accounts."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a public page directly; hand all else on."""
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if not getattr(match.func, "slim", False):
            return self.get_response(request)
        request.resolver_match = match
        public: Answer = lambda r: match.func(r, *match.args, **match.kwargs)  # noqa: E731
        return LanguageMiddleware(public)(request)
