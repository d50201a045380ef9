"""How accounts are made and locked: by invitation or freely, and locked by the tried address."""

from __future__ import annotations

import os

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest
from django.utils.functional import lazystr

from tanyuan.languages import Message
from tanyuan.server.base.clients import client_address

INVITED_KEY = "invited"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Opens sign-up to those who follow an invitation, or to all where that is allowed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": lazystr(
            Message("Address and password do not fit together. Check both; capitals count.")
        ),
        "too_many_login_attempts": lazystr(
            Message("Too many wrong passwords. Wait 15 minutes, then try again.")
        ),
        "email_taken": lazystr(Message("There is an account with this address; sign in.")),
        "incorrect_password": lazystr(Message("This is not your password.")),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where the visitor comes from, for the session list and allauth's own limits."""
        return client_address(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this visitor may make an account."""
        free = os.environ.get("TANYUAN_OPEN_SIGNUP", "yes").lower() in ("1", "yes", "true", "on")
        return free or bool(request.session.get(INVITED_KEY))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Says in our words what is wrong with a code."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": lazystr(
            Message("This code does not fit. Type the one that the app shows now.")
        ),
    }


class LongEnough(MinimumLengthValidator):
    """Asks for a password of some length, in our words."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return str(Message("Too short: at least {least} characters.", least=self.min_length))

    def get_help_text(self) -> str:
        """What is asked."""
        return str(
            Message("At least {least} characters; a sentence does well.", least=self.min_length)
        )


def tried_address(request: HttpRequest, credentials: dict[str, str] | None = None) -> str | None:
    """The address with which somebody tries to sign in; wrong passwords are counted by it."""
    values = credentials or {}
    tried = values.get("email") or request.POST.get("login", "")
    return tried.strip().lower()[:254] or None
