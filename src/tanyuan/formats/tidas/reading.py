"""Read TIDAS: a ZIP archive of data sets in JSON, or one data set alone."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from tanyuan.backgrounds.package import Package
from tanyuan.backgrounds.report import Report
from tanyuan.formats.ilcd.assembling import Assembly
from tanyuan.formats.ilcd.beside import NAME, Beside
from tanyuan.formats.ilcd.fields import FOLDERS
from tanyuan.formats.ilcd.reading import beside_of
from tanyuan.formats.ilcd.trees import Tree
from tanyuan.formats.openlca.items import parsed
from tanyuan.formats.packages import Progress, Source
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse

KEY = "tidas"
_START = re.compile(rb'\s*\{\s*"(' + "|".join(FOLDERS).encode() + rb')"\s*:')
_LOOKED_AT = 20
_BOM = b"\xef\xbb\xbf"


def recognises(source: Source) -> bool:
    """Whether a file is a TIDAS data set, or an archive with some."""
    if source.archive is None:
        return _is_data_set(source.start)
    names = [name for name in source.archive if name.lower().endswith(".json")]
    for name in names[:_LOOKED_AT]:
        with source.archive.open(name) as stream:
            if _is_data_set(stream.read(4096)):
                return True
    return False


def _is_data_set(start: bytes) -> bool:
    return _START.match(start.removeprefix(_BOM)) is not None


def read(source: Source, report: Report, progress: Progress) -> Package:
    """The package of all data sets.

    Raises:
        InputError: `json`, `json-depth`, `encoding`, `field-type`, `field-missing`, `number`,
            `duplicate-id`, `reference-unit`, `missing-reference` …, with entry, data set and field.
    """
    archive = source.archive
    if archive is None:
        assembly = Assembly(report, source.path.name, Beside(), parts_of_one=True)
        _take(assembly, source.path.read_bytes(), Place(file=source.path.name))
        progress(1.0, Message("Reading {folder}", folder=source.path.name))
        return assembly.package(KEY, source.name)
    assembly = Assembly(report, archive.place.file, beside_of(archive), parts_of_one=True)
    total = sum(map(archive.size, archive)) or 1
    done = 0
    for entry in archive:
        path = PurePosixPath(entry)
        if path.suffix.lower() == ".json":
            _take(assembly, archive.read(entry), archive.place_of(entry))
        elif path.name != NAME:
            assembly.skip(path.parent.name or path.name)
        done += archive.size(entry)
        progress(done / total, Message("Reading {folder}", folder=path.parent.name))
    return assembly.package(KEY, source.name)


def _take(assembly: Assembly, data: bytes, place: Place) -> None:
    found = data_set(data, place)
    if found is None:
        assembly.skip(PurePosixPath(place.file).name)
    else:
        assembly.take(*found, place.file, data)


def data_set(data: bytes, place: Place) -> tuple[str, Tree] | None:
    """The name of the root and the tree of a data set; nothing where a file is none."""
    content = parsed(data, place)
    kinds = [kind for kind in FOLDERS if isinstance(content.get(kind), dict)]
    if len(kinds) > 1:
        raise refuse(
            "several-data-sets",
            Message("The file has several data sets."),
            Message("Write each data set into a file of its own."),
            place,
        )
    return (kinds[0], content[kinds[0]]) if kinds else None
