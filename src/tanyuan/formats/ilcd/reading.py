"""Read ILCD: a ZIP archive of data sets, or one data set alone."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePosixPath

from tanyuan.backgrounds.package import Package
from tanyuan.backgrounds.report import Report
from tanyuan.formats.archives import ArchiveFile
from tanyuan.formats.ilcd.assembling import Assembly
from tanyuan.formats.ilcd.beside import NAME, Beside
from tanyuan.formats.ilcd.fields import FOLDERS
from tanyuan.formats.ilcd.trees import parsed, root_of
from tanyuan.formats.packages import START, Progress, Source
from tanyuan.languages import Message
from tanyuan.problems import Place

KEY = "ilcd"
_SET_ASIDE = {"schemas", "stylesheets", "META-INF", "external_docs"}
_LOOKED_AT = 20


def recognises(source: Source) -> bool:
    """Whether a file is an ILCD data set, or an archive with some."""
    if source.archive is None:
        return root_of(source.start) in FOLDERS
    candidates = [name for name in source.archive if _is_data_set(name)]
    for name in candidates[:_LOOKED_AT]:
        with source.archive.open(name) as stream:
            if root_of(stream.read(START)) in FOLDERS:
                return True
    return False


def _is_data_set(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() == ".xml" and not _SET_ASIDE & set(path.parts)


def read(source: Source, report: Report, progress: Progress) -> Package:
    """The package of all data sets.

    Raises:
        InputError: `xml`, `encoding`, `xml-doctype`, `field-type`, `field-missing`, `number`,
            `duplicate-id`, `reference-unit`, `missing-reference` …, with entry, data set and field.
    """
    if source.archive is None:
        assembly = Assembly(report, source.path.name, Beside())
        place = Place(file=source.path.name)
        with source.path.open("rb") as stream:
            kind, tree = parsed(stream, source.path.name, place)
        assembly.take(kind, tree, source.path.name)
        progress(1.0, Message("Reading {folder}", folder=source.path.name))
        return assembly.package(KEY, source.name)
    return _read_archive(source.archive, source.name, report, progress)


def _read_archive(archive: ArchiveFile, name: str, report: Report, progress: Progress) -> Package:
    assembly = Assembly(report, archive.place.file, beside_of(archive))
    total = sum(map(archive.size, archive)) or 1
    done = 0
    for entry in archive:
        path = PurePosixPath(entry)
        if _is_data_set(entry):
            data = archive.read(entry)
            place = archive.place_of(entry)
            kind, tree = parsed(BytesIO(data), entry, place)
            assembly.take(kind, tree, place.file, data)
        elif path.name not in {NAME, "MANIFEST.MF"}:
            assembly.skip(path.parent.name or path.name)
        done += archive.size(entry)
        progress(done / total, Message("Reading {folder}", folder=path.parent.name))
    return assembly.package(KEY, name)


def beside_of(archive: ArchiveFile) -> Beside:
    """What lies beside the data sets of an archive."""
    for entry in archive:
        if PurePosixPath(entry).name == NAME:
            return Beside(archive.read(entry), archive.place_of(entry))
    return Beside()
