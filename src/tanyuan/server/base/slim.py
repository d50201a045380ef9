"""The mark of public views that need neither session nor account (see web.middleware)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse


def slim(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a public view that needs neither session nor account."""
    view.slim = True  # type: ignore[attr-defined]
    return view
