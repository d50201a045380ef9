"""A study as it was read from a file: the study, where each of its rows stood, and notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.method import Method
from tanyuan.footprint.particulars import NO_PARTICULARS, Particulars
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.study import TABLES, Study
from tanyuan.formats.layout import REPORT, STUDY, bilingual
from tanyuan.formats.particulars import particulars_from
from tanyuan.languages import Message
from tanyuan.problems import InputError, InvalidValueError, Place, Problem


@dataclass(frozen=True)
class Origin:
    """Where the rows of a study stood in its file.

    `rows` gives sheet and row for (table, row of the table counted from 1); what is not in it
    stands where the table says (JSON, YAML). `sheets` gives the sheet of a table as a whole,
    `fields` the row of each field of the study itself and of the particulars of its report.
    """

    file: str
    rows: Mapping[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def place(self, place: Place) -> Place:
        """The place in the file of a place in the study."""
        sheet = self.sheets.get(place.sheet, place.sheet)
        row = place.row if place.row is not None else self._row(place)
        if place.row is not None:
            sheet, row = self.rows.get((place.sheet, place.row), (sheet, row))
        return Place(self.file, sheet, row, self._field(place))

    def _row(self, place: Place) -> int | None:
        return self.fields.get((place.sheet, place.field))

    def _field(self, place: Place) -> str:
        info = _field_info(place.sheet, place.field)
        title = info.title if info else None
        if not title or not self.sheets:
            return place.field
        return bilingual(title)


@dataclass(frozen=True)
class StudyFile:
    """A study with the file that it came from, and what its report says beside it."""

    study: Study
    origin: Origin
    notices: tuple[Problem, ...] = ()
    particulars: Particulars = NO_PARTICULARS

    def calculate(
        self, *, method: Method | None = None, scenario: str = "", **options: Any
    ) -> Footprint:
        """The study's footprint; problems name their place in the file.

        Raises:
            InputError: with every problem found.
        """
        try:
            return calculate(self.study, method=method, scenario=scenario, **options)
        except InputError as error:
            raise InputError(relocated(error.problems, self.origin)) from None


def relocated(problems: Iterable[Problem], origin: Origin) -> list[Problem]:
    """The problems with their places in the file."""
    return [_relocated(problem, origin) for problem in problems]


def _relocated(problem: Problem, origin: Origin) -> Problem:
    cause = problem.cause
    first = cause.values.get("first")
    if isinstance(first, int):  # another row of the same table
        row = origin.place(Place(sheet=problem.place.sheet, row=first)).row
        cause = Message(cause.text, **{**cause.values, "first": row})
    return replace(problem, cause=cause, place=origin.place(problem.place))


def file_from(
    content: Mapping[str, Any], origin: Origin, notices: tuple[Problem, ...] = ()
) -> StudyFile:
    """The study and the particulars of its report (under `report`) that plain content means.

    Raises:
        InputError: with every problem of both.
    """
    rest = {name: value for name, value in content.items() if name != REPORT}
    problems: list[Problem] = []
    given = NO_PARTICULARS
    try:
        given = particulars_from(content.get(REPORT, {}))
    except InputError as error:
        problems = relocated(error.problems, origin)
    try:
        study = study_from(rest, origin)
    except InputError as error:
        raise InputError([*error.problems, *problems]) from None
    if problems:
        raise InputError(problems)
    return StudyFile(study, origin, notices, given)


def study_from(content: Mapping[str, Any], origin: Origin) -> Study:
    """The study that plain content means.

    Raises:
        InputError: with every field that is missing, unknown or unusable, and with what is wrong
            in the other lines.
    """
    try:
        return Study.model_validate(dict(content))
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors(include_url=False)]
        if others := _of_other_lines(content, problems):
            problems = sorted([*problems, *others], key=lambda problem: problem.place.row or 0)
        unique = dict.fromkeys(relocated(problems, origin))
        raise InputError(unique) from None


def _of_other_lines(content: Mapping[str, Any], problems: Iterable[Problem]) -> list[Problem]:
    """What is wrong in the readable lines, where nothing but lines could not be read.

    Nothing in a study rests on a line, so the others can be judged without it.
    """
    places = [problem.place for problem in problems]
    if any(place.sheet != "lines" or place.row is None for place in places):
        return []
    unreadable = {place.row for place in places}
    readable = {n: row for n, row in enumerate(content["lines"], 1) if n not in unreadable}
    numbers = list(readable)
    try:
        study = Study.model_validate({**content, "lines": list(readable.values())})
        calculate(study, samples=0)
    except ValidationError:
        return []
    except InputError as error:
        return [
            problem.at(replace(problem.place, row=numbers[problem.place.row - 1]))
            for problem in error.problems
            if problem.place.sheet == "lines" and problem.place.row
            if "first" not in problem.cause.values
        ]
    return []


def _field_info(table: str, name: str) -> FieldInfo | None:
    if table == REPORT:
        return Particulars.model_fields.get(name)
    document = TABLES.get(table) or (Method if name in Method.model_fields else Study)
    return document.model_fields.get(name)


def _place(location: tuple[Any, ...]) -> Place:
    if location and location[0] in TABLES:
        row = location[1] + 1 if len(location) > 1 and isinstance(location[1], int) else None
        return Place(
            sheet=location[0], row=row, field=str(location[2]) if len(location) > 2 else ""
        )
    first, *rest = location or ("",)
    return Place(sheet=STUDY, field=str(rest[0] if first == "method" and rest else first))


def _problem(detail: Mapping[str, Any]) -> Problem:
    place = _place(detail["loc"])
    context = detail.get("ctx") or {}
    error = context.get("error")
    if isinstance(error, InvalidValueError):
        return error.problem(place)
    if detail["type"] == "extra_forbidden":
        cause = Message("There is no field “{field}” here.", field=place.field)
        return Problem("extra_forbidden", cause, _field_mend(place.field, detail["loc"]), place)
    info = _field_info(place.sheet, place.field)
    cause, mend = _explain(detail["type"], detail.get("input"), context, info)
    return Problem(detail["type"], cause, mend, place)


def _explain(
    kind: str, value: Any, context: Mapping[str, Any], info: FieldInfo | None
) -> tuple[Message, Message]:
    """Cause and mend of what pydantic found."""
    if value is None:
        return Message("The field is empty."), Message("Leave it out or correct it.")
    shown = str(value)[:60]
    description = Message((info.description if info else None) or "Leave it out or correct it.")
    limits = {key: context[key] for key in ("ge", "gt", "le", "lt") if key in context}
    if limits:
        return (
            Message("{value} is outside what this field can hold.", value=shown),
            Message("Write a number that is {limits}.", limits=_limits(limits)),
        )
    if kind in ("enum", "literal_error"):
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return (
            Message("“{value}” is not one of the choices.", value=shown),
            Message("Choose one of {choices}.", choices=choices),
        )
    simple = {
        "missing": (Message("The field is missing."), description),
        "string_too_short": (Message("The field is empty."), description),
        "date": (
            Message("“{value}” is not a date.", value=shown),
            Message("Write the date as 2025-12-31."),
        ),
        "table": (
            Message("This is not a table of rows with named fields."),
            Message("Write it like the example: tanyuan template study.json"),
        ),
    }
    tables = ("model_type", "model_attributes_type", "tuple_type", "dict_type")
    short = "date" if kind.startswith("date") else "table" if kind in tables else kind
    other = (Message("“{value}” does not fit this field.", value=shown), description)
    return simple.get(short, other)


def _limits(limits: Mapping[str, Any]) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    return ", ".join(f"{signs[name]} {value}" for name, value in limits.items())


def _field_mend(field: str, location: tuple[Any, ...]) -> Message:
    import difflib  # noqa: PLC0415 - only for the mend of a slip

    inside = location[0] if len(location) > 1 else ""
    document = Method if inside == "method" else TABLES.get(inside, Study)
    near = difflib.get_close_matches(field, document.model_fields, n=3)
    if near:
        return Message("Did you mean {names}?", names=tuple(near))
    return Message("Fields here are {names}.", names=tuple(document.model_fields))
