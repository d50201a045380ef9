"""What a command's options mean."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tanyuan.factors.factor import Factor
from tanyuan.factors.search import similar
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.method import Allocation, Method
from tanyuan.gases import gwp_sets
from tanyuan.languages import Message
from tanyuan.problems import refuse


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
            raise refuse(
                "option",
                Message("“{value}” is not one of the choices.", value=value),
                Message("Choose one of {choices}.", choices=", ".join(choices[name])),
            ) from None
    return method


def chosen_factor(text: str) -> Factor:
    """The factor with this id or code.

    Raises:
        InputError: there is none.
    """
    factor = starter_release().find(text)
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
