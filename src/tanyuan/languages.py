"""The language of what is said to people: Chinese or English.

A `Message` is written in English at the place where it is meant and turned into the reader's
language when it is shown, so one error object serves both. Catalogues: `locale/`.
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

LANGUAGES = ("zh", "en")
_CATALOGUES = {"zh": "zh_CN"}
_language: ContextVar[str | None] = ContextVar("tanyuan_language", default=None)


def system_language() -> str:
    """`zh` where the system speaks Chinese, else `en`; TANYUAN_LANG goes first."""
    wanted = os.environ.get("TANYUAN_LANG", "")
    names = [wanted, *(os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))]
    if not any(names):
        names = [locale.getlocale()[0] or ""]
    chosen = next((name for name in names if name), "")
    return "zh" if chosen.lower().startswith(("zh", "chinese")) else "en"


def language() -> str:
    """The language in use: `zh` or `en`."""
    return _language.get() or system_language()


@contextmanager
def in_language(chosen: str | None) -> Iterator[None]:
    """Speak the chosen language inside the block; None leaves it as it is."""
    if chosen is not None and chosen not in LANGUAGES:
        raise ValueError(f"no such language: {chosen!r}; choose zh or en")
    token = _language.set(chosen or _language.get())
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalogue(chosen: str) -> gettext.NullTranslations:
    if chosen not in _CATALOGUES:
        return gettext.NullTranslations()
    folder = Path(__file__).parent / "locale"
    return gettext.translation("tanyuan", folder, [_CATALOGUES[chosen]], fallback=True)


def translate(text: str, chosen: str | None = None) -> str:
    """The text in the chosen language (default: the one in use)."""
    return _catalogue(chosen or language()).gettext(text) if text else text


class Message:
    """A sentence with its values, turned into the reader's language when shown.

    A tuple among the values is listed as that language does.

    >>> str(Message("unit {unit!r} is not known", unit="ton"))
    "unit 'ton' is not known"
    """

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: object) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        translated = translate(self.text)
        shown = {name: _in_a_row(value) for name, value in self.values.items()}
        return translated.format(**shown) if shown else translated

    def __repr__(self) -> str:
        return f"Message({self.text!r}, {self.values!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return self.text == other.text and self.values == other.values

    def __hash__(self) -> int:
        return hash(self.text)


def _in_a_row(value: object) -> object:
    """Several things as the language in use lists them."""
    if not isinstance(value, tuple):
        return value
    return ("、" if language() == "zh" else ", ").join(map(str, value))


class Choice(StrEnum):
    """One of a closed list of words, each with a name in both languages.

    Members are written `NAME = "code", "English name"`; documents hold the code.
    """

    label: Message

    def __new__(cls, code: str, name: str = "") -> Self:
        """A member from its code and English name."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = Message(name)
        return member
