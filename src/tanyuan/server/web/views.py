"""The public home, the choice of language, the server's state, pages for what is not there."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tanyuan.factors.starter import starter_release
from tanyuan.languages import LANGUAGES
from tanyuan.server.base.slim import kept, slim
from tanyuan.server.people.models import Person
from tanyuan.server.web.health import state
from tanyuan.server.web.showcase import showcase
from tanyuan.server.web.speaking import LANGUAGE_COOKIE

_CLOSED = ("/accounts/", "/organisation/", "/profile/", "/invitations/", "/language/")


@slim
@kept
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is and for whom, with real results."""
    examples, way = showcase()
    values = {"examples": examples, "way": way, "release": starter_release()}
    return render(request, "web/home.html", values)


# Public pages have no token against forged requests; a foreign site can do no more here than
# change the language of somebody who is not signed in, since the session is not sent with it
@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language and go back to the page."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(_without_language(back))
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        if request.user.is_authenticated:
            Person.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


def _without_language(address: str) -> str:
    """The address without a language of its own, which would go before the chosen one."""
    parts = urlsplit(address)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "lang"]
    return parts._replace(query=urlencode(kept)).geturl()


@slim
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether the server can work: for monitors and operators; holds nothing secret."""
    found = state()
    return JsonResponse(found, status=200 if found["ok"] else 503)


@slim
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: public pages; nothing of a demonstration region."""
    closed = ("/",) if settings.DEMONSTRATION else _CLOSED
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
