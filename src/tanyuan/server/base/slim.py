"""Public views that need neither session nor account (see web.middleware).

What they answer is the same for everybody, so it is kept for a few seconds: a page that many read
at once is made once.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tanyuan.languages import language

View = Callable[..., HttpResponse]

_MOST = 500

_pages: OrderedDict[tuple[str, ...], tuple[float, HttpResponse]] = OrderedDict()
_lock = threading.Lock()


def slim(view: View) -> View:
    """Mark a public view that needs neither session nor account."""
    view.slim = True  # type: ignore[attr-defined]
    return view


def kept(view: View) -> View:
    """Keep what a slim view answers for PAGES_KEPT seconds, by address, language and session."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        page = (
            str(request.method),
            request.get_host(),
            request.get_full_path(),
            language(),
            # The head of a page shows a way into the account to whoever has a session
            str(bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME))),
        )
        with _lock:
            until, found = _pages.get(page, (0.0, None))
        if found is None or until < time.monotonic():
            found = view(request, *args, **kwargs)
            if found.status_code == HTTPStatus.OK and settings.PAGES_KEPT:
                _keep(page, found)
        headers = dict(found.items())
        return HttpResponse(found.content, status=found.status_code, headers=headers)

    return answer


def _keep(page: tuple[str, ...], found: HttpResponse) -> None:
    with _lock:
        _pages[page] = (time.monotonic() + settings.PAGES_KEPT, found)
        _pages.move_to_end(page)
        while len(_pages) > _MOST:
            _pages.popitem(last=False)
