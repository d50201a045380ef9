"""A form that is sent after the session has ended: kept until its writer has signed in again."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]

_KEY = "kept-form"
_MOST = 500_000
_SECONDS = 3600


def signed_in(view: View) -> View:
    """A view for those who are signed in; what others send is kept while they sign in."""
    asked = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated and _keep(request):
            return redirect_to_login(reverse("kept_form"))
        return asked(request, *args, **kwargs)

    return guarded


def _keep(request: HttpRequest) -> bool:
    """Keep what was written; a file is not kept, its sender chooses it again."""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    body = fields.urlencode()
    if not body or request.FILES or len(body) > _MOST:
        return False
    request.session[_KEY] = {"path": request.get_full_path(), "body": body, "at": time.time()}
    return True


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kept_form(request: HttpRequest) -> HttpResponse:
    """What was written before the session ended: to be sent now, or dropped."""
    kept = request.session.get(_KEY)
    if kept is None or time.time() - kept["at"] > _SECONDS or request.method == "POST":
        request.session.pop(_KEY, None)
        return redirect("workspace")
    fields = [(name, one) for name, all_ in QueryDict(kept["body"]).lists() for one in all_]
    context = {"path": kept["path"], "fields": fields}
    return render(request, "people/kept.html", context)
