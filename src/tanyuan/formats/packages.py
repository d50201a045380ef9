"""Process databases as files: which format one is, and its reader.

A format is recognised by what is in the file, never by its name's ending. A format's room holds
`recognises`, `read` and, where we write it, `write`; it loads when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from tanyuan.backgrounds.checking import check_package
from tanyuan.backgrounds.package import Package
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.archives import PACKAGE, ArchiveFile, Limits, open_archive_file, too_large
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse

Progress = Callable[[float, Message], None]
"""Told how much is done, 0 to 1, and what is being done."""

START = 64 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read.

    Attributes:
        path: where it is.
        archive: its entries, where it is a ZIP archive.
        start: its first bytes, where it is not.
    """

    path: Path
    archive: ArchiveFile | None
    start: bytes

    @property
    def name(self) -> str:
        """The file's name without its ending, as the name of the database."""
        return self.path.stem


class Room(Protocol):
    """What the module of a format offers."""

    def recognises(self, source: Source) -> bool:
        """Whether the file is of this format."""

    def read(self, source: Source, report: Report, progress: Progress) -> Package:
        """The database in the file; what is not taken over as it stood is reported."""


class WritingRoom(Room, Protocol):
    """What the module of a format offers that we also write."""

    def write(
        self, package: Package, path: Path, report: Report, progress: Progress, choices: Profile
    ) -> None:
        """Write a database; what the format cannot hold is reported.

        The choices count where a format asks for suppliers and shares that the database leaves
        open; those that keep them open have no use for them.
        """


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its key, what people call it, its module, whether we write it."""

    key: str
    name: str
    module: str
    writes: bool = False

    def room(self) -> Room:
        """The module."""
        return cast("Room", import_module(self.module))

    def writing_room(self) -> WritingRoom:
        """The module of a format that we write."""
        return cast("WritingRoom", import_module(self.module))


FORMATS: Mapping[str, Format] = {
    each.key: each
    for each in (
        Format("openlca", "openLCA JSON-LD", "tanyuan.formats.openlca", writes=True),
        Format("ilcd", "ILCD", "tanyuan.formats.ilcd", writes=True),
        Format("tidas", "TIDAS", "tanyuan.formats.tidas", writes=True),
        Format("ecospold1", "ecoSpold 1", "tanyuan.formats.ecospold1"),
        Format("ecospold2", "ecoSpold 2", "tanyuan.formats.ecospold2"),
        Format("simapro", "SimaPro CSV", "tanyuan.formats.simapro"),
        Format("brightway", "Brightway Excel", "tanyuan.formats.brightway", writes=True),
    )
}
"""Every format by its key."""


def silent(_done: float, _what: Message) -> None:
    """No progress told."""


@contextmanager
def open_source(path: Path, limits: Limits = PACKAGE) -> Iterator[Source]:
    """Open a file for its format to be recognised and read.

    Raises:
        InputError: it cannot be read, is damaged, or breaks a limit or safety rule of archives.
    """
    place = Place(file=path.name)
    try:
        with path.open("rb") as file:
            start, size = file.read(START), file.seek(0, 2)
    except OSError as error:
        raise refuse(
            "file-unreadable",
            Message("The file cannot be read: {reason}.", reason=error.strerror or error),
            Message("Check its path and who may read it."),
            place,
        ) from None
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        with open_archive_file(path, limits) as archive:
            yield Source(path, archive, b"")
    elif size > limits.file:
        raise too_large(place, limits.file)
    else:
        yield Source(path, None, start)


def recognised(source: Source) -> Format:
    """The format of a file.

    Raises:
        InputError: `format-unknown`.
    """
    for each in FORMATS.values():
        if each.room().recognises(source):
            return each
    raise _unknown(source)


def read_package(path: Path, report: Report, progress: Progress = silent) -> Package:
    """The process database in a file of any format.

    Args:
        path: the file.
        report: takes what is not in the package as it stood in the file.
        progress: is told how far reading is.

    Raises:
        InputError: not a format that we read, or a file that cannot be used.
    """
    with open_source(path) as source:
        package = recognised(source).room().read(source, report, progress)
    check_package(package, report, path.name)
    return package


def _unknown(source: Source) -> InputError:
    names = ", ".join(each.name for each in FORMATS.values())
    return refuse(
        "format-unknown",
        Message("What is in the file is no process database of a format that can be read."),
        Message("Give a file of one of these formats: {names}.", names=names),
        Place(file=source.path.name),
    )
