"""How accounts are made: only by invitation, or freely where the operator allows it."""

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
