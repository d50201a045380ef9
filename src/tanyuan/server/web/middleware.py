"""What happens around every request: its id, the language, the slim way for public pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from tanyuan.server.base.audit import request_id
from tanyuan.server.base.bodies import SLACK, is_beyond, let_go, limit_of
from tanyuan.server.web.failures import too_large
from tanyuan.server.web.speaking import speaking

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
