"""From a process database in one format to the same in another."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from tanyuan.backgrounds.package import Package
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import FORMATS, Progress, read_package, silent
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse


def export_package(
    source: Path,
    target: Path,
    key: str,
    *,
    choices: Profile | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Report:
    """Read a database and write it in another format; answers what neither could hold.

    The choices count where the format asks for suppliers and shares that the database leaves open.

    Raises:
        InputError: `format-not-written`, `file-exists`, or what reading and writing find.
    """
    report = Report()
    _check_format(key)
    _check_target(target, overwrite=overwrite)
    package = read_package(source, report, lambda done, what: progress(done / 2, what))
    half = lambda done, what: progress(0.5 + done / 2, what)  # noqa: E731
    write_package(package, target, key, report, choices=choices, overwrite=overwrite, progress=half)
    return report


def write_package(
    package: Package,
    target: Path,
    key: str,
    report: Report,
    *,
    choices: Profile | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> None:
    """Write a database whole or not at all.

    Raises:
        InputError: `format-not-written`, `file-exists`, `file`, `allocation-undecided`.
    """
    _check_format(key)
    _check_target(target, overwrite=overwrite)
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        FORMATS[key].writing_room().write(package, part, report, progress, choices or Profile())
        part.replace(target)
    except OSError as error:
        raise refuse(
            "file",
            Message("The file cannot be written: {reason}.", reason=error.strerror or error),
            Message("Check that the folder exists and that you may write there."),
            Place(str(target)),
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _check_format(key: str) -> None:
    written = [each.key for each in FORMATS.values() if each.writes]
    if key not in written:
        raise refuse(
            "format-not-written",
            Message("“{value}” is no format that can be written.", value=key),
            Message("Choose one of {choices}.", choices=", ".join(written)),
        )


def _check_target(target: Path, *, overwrite: bool) -> None:
    if target.exists() and not overwrite:
        raise refuse(
            "file-exists",
            Message("The file exists already."),
            Message("Choose another name, or overwrite it with --force."),
            Place(str(target)),
        )
