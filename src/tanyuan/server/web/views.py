"""The public home, the choice of language, and the pages for what is not there or broken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tanyuan.languages import LANGUAGES
from tanyuan.server.base.slim import slim
from tanyuan.server.web.middleware import LANGUAGE_COOKIE


@slim
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is and for whom, with real results."""
    return render(request, "web/home.html")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language and go back to the page."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, samesite="Lax")
        if request.user.is_authenticated:
            type(request.user).objects.filter(pk=request.user.pk).update(language=chosen)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page for this reader."""
    return render(request, "web/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong here."""
    return render(request, "web/broken.html", status=500)
