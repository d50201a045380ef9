"""How accounts are made and locked: by invitation or freely, and locked by the tried address."""

from __future__ import annotations

import os

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

INVITED_KEY = "invited"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Opens sign-up to those who follow an invitation, or to all where that is allowed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this visitor may make an account."""
        free = os.environ.get("TANYUAN_OPEN_SIGNUP", "yes").lower() in ("1", "yes", "true", "on")
        return free or bool(request.session.get(INVITED_KEY))


def tried_address(request: HttpRequest, credentials: dict[str, str] | None = None) -> str | None:
    """The address with which somebody tries to sign in; wrong passwords are counted by it."""
    values = credentials or {}
    tried = values.get("email") or request.POST.get("login", "")
    return tried.strip().lower()[:254] or None
