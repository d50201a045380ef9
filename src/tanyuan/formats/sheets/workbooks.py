"""Reading a whole workbook: limits first, then its sheets in one stream each."""

from __future__ import annotations

from collections.abc import Callable

from tanyuan.formats.archives import open_archive
from tanyuan.formats.sheets.gathering import Findings
from tanyuan.formats.sheets.model import Sheet, Workbook
from tanyuan.formats.sheets.package import no_workbook, open_package
from tanyuan.formats.sheets.parts import Parts
from tanyuan.formats.sheets.worksheets import Reading, Worksheet
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, Problem, refuse

_ZIP = b"PK"
# The container of Office before 2007, and of today's files with a password.
_OLE = b"\xd0\xcf\x11\xe0"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def _every(_: str) -> bool:
    return True


def read_workbook(data: bytes, name: str, wanted: Callable[[str], bool] = _every) -> Workbook:
    """The sheets of an .xlsx file, or InputError with all that is wrong in it.

    `wanted` chooses the sheets by name; the others are neither read nor checked.
    """
    place = Place(file=name)
    _refuse_other_types(data, place)
    parts = Parts(open_archive(data, name), place)
    package = open_package(parts, place)
    reading = Reading(place, package, Findings(place), Findings(place))
    sheets: list[Sheet] = []
    try:
        for part in package.sheets:
            if wanted(part.name):
                worksheet = Worksheet(reading, part)
                parts.read(part.part, worksheet, large=True)
                sheets.append(worksheet.sheet())
    except InputError as stop:
        raise InputError((*reading.problems.listed(), *stop.problems)) from None
    if reading.problems:
        raise InputError(reading.problems.listed())
    return Workbook(tuple(sheets), (*_of_the_file(reading), *reading.notices.listed()))


def _refuse_other_types(data: bytes, place: Place) -> None:
    if not data:
        raise refuse(
            "file-empty",
            Message("The file is empty."),
            Message("Save the workbook again, or fetch it again."),
            place,
        )
    if data.startswith(_OLE) and _OLE_ENCRYPTED in data:
        raise refuse(
            "file-password",
            Message("The file is protected by a password."),
            Message("Open it with the password, remove the protection and save it."),
            place,
        )
    if data.startswith(_OLE):
        raise refuse(
            "workbook-old",
            Message("The file is in the format of Excel before 2007 (.xls)."),
            Message("Open it in Excel or WPS and save it as an Excel workbook (.xlsx)."),
            place,
        )
    if not data.startswith(_ZIP):
        raise no_workbook(place)


def _of_the_file(reading: Reading) -> list[Problem]:
    notices: list[Problem] = []
    if reading.has_dates and reading.package.since_1904:
        notices.append(
            Problem(
                "dates-since-1904",
                Message("The workbook counts days from 1904; its dates were converted."),
                Message("Check one of the dates."),
                reading.place,
            )
        )
    if reading.has_formulas and reading.package.uncalculated:
        notices.append(
            Problem(
                "not-calculated",
                Message("The formulas may not have been calculated since the file was written."),
                Message("Open the file in Excel or WPS, save it and read it again."),
                reading.place,
            )
        )
    return notices
