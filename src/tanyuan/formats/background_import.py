"""From a file of any format to a background in the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.library import Entry, Library, Origin, file_hash
from tanyuan.backgrounds.merging import merged
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.documents.canonical import content_hash
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
    paths: Path | Sequence[Path],
    library: Library,
    profile: Profile | None = None,
    *,
    name: str = "",
    licence: str = "",
    notice: str = "",
    shareable: bool | None = None,
    progress: Progress = silent,
) -> Imported:
    """Read, link, allocate, solve and store a process database, of one file or several.

    The same file with the same choices is recognised by its hash before anything is read. Whoever
    interrupts it (an exception out of `progress` does) leaves nothing behind.

    Args:
        paths: the file, or files that supply each other.
        library: where the background is kept.
        profile: choices of suppliers and shares; without one, only what the source says.
        name: of the background; without one, that of the first file.
        licence: name or address of the terms of use, where the file does not state them.
        notice: text that must travel with every copy.
        shareable: whether the licence lets figures of single products be passed on; unless it is
            said, it does not. What was stated of a background that is there already is changed.
        progress: is told how far it is.

    Raises:
        InputError: the file cannot be used, or something is left to be decided.
    """
    profile = profile or Profile()
    files = [paths] if isinstance(paths, Path) else list(paths)
    hashed = _hash_of(files)
    known = library.made_before(hashed, profile)
    if known is not None:
        if shareable is not None and shareable != known.shareable:
            known = library.permit(known, shareable=shareable)
        return Imported(known, known=True)
    report = Report()
    packages = []
    for number, file in enumerate(files):
        start, part = number * _READING / len(files), _READING / len(files)
        read = read_package(file, report, _within(progress, start, part))
        packages.append(read)
    package = merged(packages, report)
    package = replace(package, licence=licence or package.licence, notice=notice or package.notice)
    built = build(package, profile, report, _within(progress, _READING, 1 - _READING))
    origin = Origin(
        name=name or files[0].stem,
        file=", ".join(file.name for file in files),
        file_hash=hashed,
        format=package.format,
        licence=package.licence,
        notice=package.notice,
        shareable=bool(shareable),
    )
    return Imported(library.keep(built, origin, profile, report), known=False)


def _hash_of(files: Sequence[Path]) -> str:
    for file in files:
        if not file.is_file():
            raise refuse(
                "file-missing",
                Message("There is no such file."),
                Message("Check the path."),
                Place(file=str(file)),
            )
    hashes = [file_hash(file) for file in files]
    return hashes[0] if len(hashes) == 1 else content_hash(hashes)


def _within(progress: Progress, start: float, part: float) -> Progress:
    return lambda done, what: progress(start + part * done, what)
