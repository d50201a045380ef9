"""The API: its routers, its errors, its schema and its page of documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.docs import DocsBase
from ninja.renderers import BaseRenderer

from tanyuan.formats.as_json import problems_json
from tanyuan.formats.study_schema import study_schema
from tanyuan.languages import Message
from tanyuan.problems import InputError, InvalidValueError, Place, Problem
from tanyuan.server.base.bodies import takes
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.base.rest import Stopped
from tanyuan.server.factorbase.api import router as factors
from tanyuan.server.people.api import router as people
from tanyuan.server.studies.api import router as studies
from tanyuan.server.studies.api_databases import router as databases
from tanyuan.server.studies.api_model import router as models
from tanyuan.server.studies.api_report import router as reports
from tanyuan.server.studies.api_work import router as work
from tanyuan.version import VERSION

Operation = Callable[..., HttpResponse]


class Renderer(BaseRenderer):
    """JSON in UTF-8, Chinese as it is."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        """The bytes of an answer."""
        return json.dumps(data, ensure_ascii=False, allow_nan=False, cls=DjangoJSONEncoder)


class Documentation(DocsBase):
    """A page of our own: it needs no script and no style of another origin."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Every operation with its parameters and answers."""
        schema = api.get_openapi_schema(path_params=kwargs)
        operations = [
            {
                "method": method.upper(),
                "path": path,
                "about": about,
                "room": path.removeprefix("/api/v1/").partition("/")[0],
                "open": {} in about.get("security", [{}]),
            }
            for path, methods in schema["paths"].items()
            for method, about in methods.items()
        ]
        rooms = list(dict.fromkeys(one["room"] for one in operations))
        operations.sort(key=lambda one: rooms.index(one["room"]))
        address = self.get_openapi_url(api, kwargs)
        context = {
            "operations": operations,
            "address": address,
            "server": request.build_absolute_uri("/"),
        }
        return render(request, "web/api.html", context)


class Api(NinjaAPI):
    """The API with the schema of the study document among its components."""

    _described: Any = None

    def get_openapi_schema(self, **options: Any) -> Any:
        """The description of the API by OpenAPI 3.1; made once, for it takes a second."""
        if self._described is None:
            self._described = self._describe(**options)
        return self._described

    def _describe(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        parts = study_schema("#/components/schemas/{model}")["$defs"]
        schema["components"].setdefault("schemas", {}).update(parts)
        for methods in schema["paths"].values():
            for operation in methods.values():
                body = operation.get("requestBody", {}).get("content", {})
                for kind in body.values():
                    kind["schema"] = {k: v for k, v in kind["schema"].items() if k != "$defs"}
        return schema


api = Api(
    title="Tanyuan 探源",
    version=VERSION,
    description=(
        "Footprints, studies and factors. Numbers that are sealed are decimal strings; "
        "all other numbers have the nine digits that are sealed."
    ),
    urls_namespace="api",
    renderer=Renderer(),
    docs=Documentation(),
)
for part in (factors, people, studies, models, reports, work, databases):
    api.add_router("", part)


def _answer(
    request: HttpRequest, status: int, content: dict[str, Any], headers: dict[str, str]
) -> HttpResponse:
    response = api.create_response(request, content, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


def _refusal(request: HttpRequest, status: int, code: str, message: object) -> HttpResponse:
    return _answer(request, status, {"code": code, "message": str(message)}, {})


def _problems(request: HttpRequest, *problems: Problem) -> HttpResponse:
    return _answer(request, 422, problems_json(problems), {})


@api.exception_handler(Stopped)
def _stopped(request: HttpRequest, error: Stopped) -> HttpResponse:
    content = {"code": error.code, "message": str(error.message)}
    return _answer(request, error.status, content, error.headers)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return _refusal(request, 409, "refused", error)


@api.exception_handler(NotFound)
@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return _refusal(request, 404, "not-found", Message("There is no such thing for you."))


@api.exception_handler(InputError)
def _input_error(request: HttpRequest, error: InputError) -> HttpResponse:
    return _problems(request, *error.problems)


@api.exception_handler(InvalidValueError)
def _invalid_value(request: HttpRequest, error: InvalidValueError) -> HttpResponse:
    return _problems(request, error.problem())


@api.exception_handler(ValidationError)
def _invalid_parameter(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = (_parameter_problem(detail) for detail in error.errors)
    return _problems(request, *problems)


def _parameter_problem(detail: dict[str, Any]) -> Problem:
    place = [str(step) for step in detail.get("loc", ())]
    field = place[-1] if place else ""
    if detail.get("type") == "missing":
        cause = Message("The field is missing.")
    else:
        cause = Message("“{value}” does not fit this field.", value=str(detail.get("input"))[:60])
    return Problem(
        str(detail.get("type", "value")),
        cause,
        Message("The description of the API says what fits: {address}", address="/api/v1/docs"),
        Place(field=field),
    )


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    message = Message("What you sent is larger than is allowed.")
    return _refusal(request, 413, "too-large", message)


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(MultiPartParserError)
def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return _refusal(request, 400, "unreadable", Message("What you sent cannot be read."))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    message = Message("What you sent cannot be read.")
    return _refusal(request, error.status_code, "http", message)


def _told(view: Operation) -> Operation:
    """Every answer tells what is left of the caller's minute; a wrong method is told as JSON."""

    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response["Allow"]
            message = Message("Allowed here: {methods}.", methods=allowed)
            response = _refusal(request, 405, "method", message)
            response["Allow"] = allowed
        rate = getattr(request, "tanyuan_rate", None)
        for name, value in (rate.headers if rate else {}).items():
            response[name] = value
        response["Cache-Control"] = "private, no-store"
        return response

    return telling


_TAKE_FILES = {
    "upload": lambda: int(settings.UPLOAD_LIMIT),
    "import_database": lambda: int(settings.DATABASE_LIMIT),
}


def _addresses() -> tuple[list[Any], str, str]:
    patterns, app, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name not in (
            "api-root", "openapi-json", "openapi-view",
        ):  # fmt: skip
            pattern.callback = _told(pattern.callback)
            if pattern.name in _TAKE_FILES:
                takes(_TAKE_FILES[pattern.name])(pattern.callback)
    return list(patterns), app, namespace


addresses = _addresses()
