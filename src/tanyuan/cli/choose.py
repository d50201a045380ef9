"""What a command's options mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import Offer, absent
from tanyuan.backgrounds.profile import Key, Profile, read_profile
from tanyuan.backgrounds.references import read_reference
from tanyuan.factors.factor import Factor
from tanyuan.factors.search import similar
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.method import Allocation, Method
from tanyuan.formats.files import read_bytes
from tanyuan.gases import find_gwp_set, gwp_sets
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse


def chosen_method(method: Method, *, gwp: str | None, allocation: str | None) -> Method:
    """The study's method with what the options change.

    Raises:
        InputError: an option names nothing that exists.
    """
    changes: dict[str, Any] = {"gwp_set": gwp, "allocation": allocation}
    changes = {name: value for name, value in changes.items() if value is not None}
    choices = {"gwp_set": gwp_sets(), "allocation": tuple(str(a) for a in Allocation)}
    for name, value in changes.items():
        try:
            method = Method.model_validate({**method.model_dump(), name: value})
        except ValidationError:
            raise _no_choice(value, choices[name]) from None
    return method


def chosen_gwp_set(text: str) -> str:
    """The GWP set that a text names.

    Raises:
        InputError: it names none.
    """
    found = find_gwp_set(text)
    if found is None:
        raise _no_choice(text, gwp_sets())
    return found


def chosen_profile(file: Path | None, allocation: str) -> Profile:
    """The choices of an import: a saved profile, with other allocation keys where some are given.

    Raises:
        InputError: the file is no profile, or a key is none.
    """
    profile = read_profile(read_bytes(file), file.name) if file else Profile()
    words = [word.strip() for word in allocation.split(",") if word.strip()]
    for word in words:
        if word not in set(Key):
            raise _no_choice(word, tuple(Key))
    return replace(profile, keys=tuple(map(Key, words))) if words else profile


def _no_choice(text: str, choices: Sequence[str]) -> InputError:
    return refuse(
        "option",
        Message("“{value}” is not one of the choices.", value=text),
        Message("Choose one of {choices}.", choices=", ".join(choices)),
    )


def chosen_factor(text: str) -> Factor:
    """The factor with this id or code, or the product of a background with this reference.

    Raises:
        InputError: there is none.
    """
    factor = starter_release().find(text)
    named = read_reference(text)
    if factor is None and named is not None:
        shelf = Library()
        factor = Offer({}, shelf).get(text)
        if factor is None:
            raise InputError([absent(named, shelf).problem(Place())])
    if factor is None:
        near = "; ".join(f"{other.id} {other.name}" for other in similar(text))
        raise refuse(
            "factor-unknown",
            Message("There is no factor “{id}”.", id=text),
            Message("Did you mean {names}?", names=near)
            if near
            else Message(
                "Find one with: tanyuan factors search, or add it to the study's factors."
            ),
        )
    return factor
