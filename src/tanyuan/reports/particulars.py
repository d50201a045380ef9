"""What a report must say that no figure depends on: who, when, by which standard, which scenario.

A report's particulars stand beside the study, in a file of their own (`field: text`, YAML or
JSON) or from the form of the server, so that they can be filled in without a new calculation.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from typing import Any

import yaml
from pydantic import ValidationError

from tanyuan.footprint.fields import Document, column
from tanyuan.languages import Message
from tanyuan.problems import InputError, InvalidValueError, Place, Problem, refuse

_MAX_BYTES = 1024 * 1024


class Particulars(Document):
    """The particulars of a study report (ISO 14067:2018, clause 7; GB/T 24067-2024, report)."""

    number: str = column("Report number", "As the author or the body counts its reports.", "")
    date: dt.date | None = column("Date of the report", "2026-12-31.", None)
    client: str = column("Client", "Who had the study made.", "")
    author: str = column("Author", "Who made the study and the report.", "")
    verifier: str = column("Verifier", "Who verified or reviewed it, if anybody did.", "")
    standard: str = column("Standard", "The standard that the study follows.", "")
    pcr: str = column("Product category rules", "The rules used; or that there are none.", "")
    model: str = column("Model", "Model, type or grade of the product.", "")
    product: str = column("Product described", "What it is, what it consists of, what it does.", "")
    plants: str = column("Plants", "Where the product is made: names and addresses.", "")
    collection: str = column("Data collection", "How the data were collected, and by whom.", "")
    substitutes: str = column(
        "Substitutes", "What stands in for data that could not be had, and why.", ""
    )
    timing: str = column(
        "Timing and storage",
        "When emissions and removals happen, where that is over 10 years after production; "
        "carbon stored in the product.",
        "",
    )
    quality: str = column("Data quality", "How good the data are, in words.", "")
    use_profile: str = column("Use profile", "How the product is used, and on what basis.", "")
    end_of_life: str = column(
        "End-of-life scenario", "What becomes of it afterwards, and on what basis.", ""
    )
    conclusions: str = column("Conclusions", "What the study concludes.", "")
    value_choices: str = column("Value choices", "Choices that rest on values, and why.", "")
    comparison: str = column(
        "Comparison over time", "Any comparison with earlier results of the product.", ""
    )
    review: str = column("Review statement", "Statement of the critical review, if any.", "")


def read_particulars(data: bytes, name: str) -> Particulars:
    """Read particulars from YAML or JSON: an object of fields and texts.

    Raises:
        InputError: with every problem found.
    """
    content = None
    with suppress(ValueError, yaml.YAMLError, RecursionError):
        if len(data) <= _MAX_BYTES:
            content = _parsed(data.decode("utf-8-sig"))
    if not isinstance(content, dict):
        raise refuse(
            "particulars",
            Message("These are no particulars of a report."),
            Message("Write one field a line: client: name of the client."),
            Place(name),
        )
    try:
        given = {field: value for field, value in content.items() if value not in ("", None)}
        return Particulars.model_validate(given)
    except ValidationError as error:
        raise InputError(
            [_problem(name, detail) for detail in error.errors(include_url=False)]
        ) from None


def _parsed(text: str) -> Any:
    if text.lstrip().startswith("{"):
        return json.loads(text)
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - plain texts alone


def _problem(name: str, detail: Any) -> Problem:
    field = str(detail["loc"][0]) if detail["loc"] else ""
    found = (detail.get("ctx") or {}).get("error")
    place = Place(name, field=field)
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
