"""A study from a file of any form, known by its content and not by its ending."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from tanyuan.footprint.particulars import NO_PARTICULARS, Particulars
from tanyuan.footprint.seal import is_sealed
from tanyuan.footprint.study import Study
from tanyuan.formats.sheets import read_csv
from tanyuan.formats.study_file import StudyFile
from tanyuan.formats.study_text import read_json, read_yaml, write_json, write_yaml
from tanyuan.formats.study_workbook import read_study_workbook
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse

MAX_BYTES = 20 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def load(path: str | Path) -> StudyFile:
    """Read a study from a workbook (.xlsx), JSON or YAML file.

    Raises:
        InputError: with every problem found, each with its place and mend.
    """
    file = Path(path)
    return read_study(read_bytes(file), file.name)


def read_bytes(file: Path) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: the file is missing, not readable or too large.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise refuse(
            "file",
            Message("The file cannot be read: {reason}.", reason=error.strerror or error),
            Message("Check its name and that you may read it."),
            Place(str(file)),
        ) from None
    if len(data) > MAX_BYTES:
        raise refuse(
            "file-large",
            Message("The file is larger than {limit} MiB.", limit=MAX_BYTES // 1024**2),
            Message("Keep only the sheets of the study in it, without pictures."),
            Place(file.name),
        )
    return data


def save(file: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write a file whole or not at all: to a neighbour first, which then takes its name.

    Raises:
        InputError: the file exists and may not be overwritten, or cannot be written.
    """
    neighbour = file.with_name(f".{secrets.token_hex(8)}.part")
    try:
        if file.exists() and not overwrite:
            raise refuse(
                "file-exists",
                Message("The file exists already."),
                Message("Choose another name, or overwrite it with --force."),
                Place(str(file)),
            )
        neighbour.write_bytes(data)
        neighbour.replace(file)
    except OSError as error:
        with suppress(OSError):
            neighbour.unlink()
        raise refuse(
            "file",
            Message("The file cannot be written: {reason}.", reason=error.strerror or error),
            Message("Check that the folder exists and that you may write there."),
            Place(str(file)),
        ) from None


def read_study(data: bytes, name: str) -> StudyFile:
    """Read a study from the bytes of a file; `name` is for messages.

    Raises:
        InputError: with every problem found.
    """
    if data.startswith((_ZIP, _OLD_EXCEL)) or name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        return read_study_workbook(data, name)
    if is_sealed(data):
        raise refuse(
            "sealed",
            Message("This is a sealed footprint, not a study."),
            Message("Check it with: tanyuan verify {name}", name=name),
            Place(name),
        )
    if name.lower().endswith((".csv", ".tsv")):
        raise _not_a_study(data, name)
    content = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content:
        raise refuse(
            "file-empty",
            Message("The file is empty."),
            Message("Start from the template: tanyuan template product.xlsx"),
            Place(name),
        )
    if content.startswith((b"{", b"[")):
        return read_json(data, name)
    return read_yaml(data, name)


def _not_a_study(data: bytes, name: str) -> InputError:
    """What to do with a CSV: it holds one table, a study several."""
    sheet = read_csv(data, name)
    return refuse(
        "csv",
        Message("A CSV holds one table ({n} rows here); a study has several.", n=len(sheet.rows)),
        Message("Make a workbook with “tanyuan template product.xlsx” and paste the rows there."),
        Place(name),
    )


def write_study(
    study: Study,
    path: str | Path,
    *,
    library: bool = False,
    particulars: Particulars = NO_PARTICULARS,
) -> bytes:
    """The study in the form that the file's ending names: .xlsx, .json, .yaml or .yml.

    Args:
        study: what is written.
        path: names the form; nothing is written there.
        library: whether a workbook gets a sheet of library factors to choose from.
        particulars: what the report of the study says beside it.

    Raises:
        InputError: the ending is none of these.
    """
    ending = Path(path).suffix.lower()
    if ending == ".xlsx":
        from tanyuan.formats.study_writer import write_study_workbook  # noqa: PLC0415 - for speed

        return write_study_workbook(study, library=library, particulars=particulars)
    writers = {".json": write_json, ".yaml": write_yaml, ".yml": write_yaml}
    if ending not in writers:
        raise refuse(
            "ending",
            Message("A study cannot be written as “{ending}”.", ending=ending or "—"),
            Message("Choose one of {choices}.", choices=", ".join([".xlsx", *writers])),
            Place(str(path)),
        )
    return writers[ending](study, particulars)
