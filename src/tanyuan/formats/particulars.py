"""Particulars of a report: in a file of their own, or in that of the study under `report`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import yaml
from pydantic import ValidationError

from tanyuan.footprint.particulars import Particulars
from tanyuan.formats.layout import REPORT
from tanyuan.languages import Message
from tanyuan.problems import InputError, InvalidValueError, Place, Problem, refuse

_MAX_BYTES = 1024 * 1024


def read_particulars(data: bytes, name: str) -> Particulars:
    """Read particulars from YAML or JSON: an object of fields and texts.

    Raises:
        InputError: with every problem found.
    """
    content = None
    with suppress(ValueError, yaml.YAMLError, RecursionError):
        if len(data) <= _MAX_BYTES:
            content = _parsed(data.decode("utf-8-sig"))
    try:
        return particulars_from(content)
    except InputError as error:
        places = [Place(name, field=problem.place.field) for problem in error.problems]
        raise InputError(
            [problem.at(place) for problem, place in zip(error.problems, places, strict=True)]
        ) from None


def _parsed(text: str) -> Any:
    if text.lstrip().startswith("{"):
        return json.loads(text)
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - plain texts alone


def particulars_from(content: Any) -> Particulars:
    """The particulars that plain content means; empty fields are not given.

    Raises:
        InputError: with every problem found, at its field in the table `report`.
    """
    if not isinstance(content, Mapping):
        raise refuse(
            "particulars",
            Message("These are no particulars of a report."),
            Message("Write one field a line: client: name of the client."),
            Place(sheet=REPORT),
        )
    given = {field: value for field, value in content.items() if value not in ("", None)}
    try:
        return Particulars.model_validate(given)
    except ValidationError as error:
        raise InputError([_problem(found) for found in error.errors(include_url=False)]) from None


def _problem(detail: Any) -> Problem:
    field = str(detail["loc"][0]) if detail["loc"] else ""
    found = (detail.get("ctx") or {}).get("error")
    place = Place(sheet=REPORT, field=field)
    if isinstance(found, InvalidValueError):
        return found.problem(place)
    if detail["type"] == "extra_forbidden":
        return Problem(
            "extra_forbidden",
            Message("There is no field “{field}” here.", field=field),
            Message("Fields here are {names}.", names=", ".join(Particulars.model_fields)),
            place,
        )
    if field == "date":
        shown = str(detail.get("input"))[:60]
        return Problem(
            "date",
            Message("“{value}” is not a date.", value=shown),
            Message("Write the date as 2025-12-31."),
            place,
        )
    return Problem(
        detail["type"],
        Message("This is not a text."),
        Message("Write one field a line: client: name of the client."),
        place,
    )
