"""Process databases on the server: those of the platform, and those of each organisation.

They lie in folders of their own under their content hash; nothing of them is in the database. An
organisation takes products of its own and of the platform's, and sees no others.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tanyuan.backgrounds.library import Entry, Library
from tanyuan.backgrounds.offering import Offer
from tanyuan.factors.starter import starter_release

PLATFORM = "platform"
_WHOLE = 64
_HEXADECIMAL = frozenset("0123456789abcdef")


def shelf(owner: str = "") -> Library:
    """The backgrounds that an organisation sees; without one, those of the platform.

    Args:
        owner: id of the organisation.
    """
    folder = Path(settings.BACKGROUNDS)
    return Library(folder / owner, folder / PLATFORM) if owner else Library(folder / PLATFORM)


def background(digits: str, owner: str = "") -> Entry | None:
    """The background with these 64 hexadecimal digits, where an organisation sees it."""
    if len(digits) != _WHOLE or not _HEXADECIMAL.issuperset(digits):
        return None
    return shelf(owner).starting(digits)


def factors_for(owner: str = "") -> Offer:
    """The factors that an organisation's studies may name."""
    return Offer(starter_release().factors, shelf(owner))
