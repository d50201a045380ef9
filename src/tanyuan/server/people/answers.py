"""Answers kept under an Idempotency-Key: a repeated request gets them and does nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Status

from tanyuan.languages import Message
from tanyuan.server.base.refusals import Refused
from tanyuan.server.people.callers import Caller
from tanyuan.server.people.models import KeptAnswer

_KEPT = timedelta(days=2)

IdempotencyKey = Annotated[
    str | None,
    Header(
        None,
        alias="Idempotency-Key",
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="Send the same again safely: the answer is that of the first time.",
    ),
]


def once(
    request: HttpRequest,
    caller: Caller,
    token: str | None,
    content: bytes,
    make: Callable[[], tuple[int, dict[str, Any]]],
) -> Status[dict[str, Any]]:
    """Do what is asked, once for a token.

    Args:
        request: names the endpoint.
        caller: whose token it is.
        token: the Idempotency-Key; None does it without.
        content: what was sent, to notice another request under the same token.
        make: does it, and gives status and body.

    Raises:
        Refused: the token was used for something else, or its first request still runs.
    """
    if token is None:
        return Status(*make())
    place = {"caller": caller.name, "endpoint": request.path[:200], "token": token}
    sent = hashlib.sha256(request.get_full_path().encode() + b"\0" + content).hexdigest()
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - _KEPT).delete()
    kept = KeptAnswer.objects.filter(**place).first()
    if kept is None:
        try:
            with transaction.atomic():
                kept = KeptAnswer.objects.create(**place, request_hash=sent)
                kept.status, kept.body = make()
                kept.save(update_fields=["status", "body"])
        except IntegrityError:
            raise Refused(Message("The same request is being answered just now.")) from None
    if kept.request_hash != sent:
        raise Refused(Message("This Idempotency-Key was used for another request."))
    return Status(kept.status, kept.body)
