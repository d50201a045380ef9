"""From a file of any format to a background in the library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.library import Entry, Library, Origin, file_hash
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import Progress, read_package, silent
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse

_READING = 0.7
"""Share of the time that reading takes."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A background in the library, and whether it stood there already."""

    entry: Entry
    known: bool


def import_background(
    path: Path,
    library: Library,
    profile: Profile | None = None,
    *,
    name: str = "",
    licence: str = "",
    notice: str = "",
    progress: Progress = silent,
) -> Imported:
    """Read, link, allocate, solve and store a process database.

    The same file with the same choices is recognised by its hash before anything is read. Whoever
    interrupts it (an exception out of `progress` does) leaves nothing behind.

    Args:
        path: the file.
        library: where the background is kept.
        profile: choices of suppliers and shares; without one, only what the source says.
        name: of the background; without one, that of the file.
        licence: name or address of the terms of use, where the file does not state them.
        notice: text that must travel with every copy.
        progress: is told how far it is.

    Raises:
        InputError: the file cannot be used, or something is left to be decided.
    """
    profile = profile or Profile()
    if not path.is_file():
        raise refuse(
            "file-missing",
            Message("There is no such file."),
            Message("Check the path."),
            Place(file=str(path)),
        )
    hashed = file_hash(path)
    known = library.made_before(hashed, profile)
    if known is not None:
        return Imported(known, known=True)
    report = Report()
    package = read_package(path, report, lambda done, what: progress(_READING * done, what))
    package = replace(package, licence=licence or package.licence, notice=notice or package.notice)
    rest = 1 - _READING
    built = build(
        package, profile, report, lambda done, what: progress(_READING + rest * done, what)
    )
    origin = Origin(
        name=name or path.stem,
        file=path.name,
        file_hash=hashed,
        format=package.format,
        licence=package.licence,
        notice=package.notice,
    )
    return Imported(library.keep(built, origin, profile, report), known=False)
