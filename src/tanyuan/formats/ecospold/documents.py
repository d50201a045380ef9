"""ecoSpold files: of which edition one is, and its data sets, one after another.

A file is one XML document with one data set or many, or a ZIP archive of such documents, in
whatever folders. The edition is the name space of the root. Lists of master data (`MasterData`)
may lie beside the data sets; these repeat all of them that they use.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from tanyuan.backgrounds.report import Report
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.formats.ilcd.trees import Stream, Tree, members, root_with_space
from tanyuan.formats.packages import START, Progress, Source
from tanyuan.languages import Message
from tanyuan.problems import Place

_ENDINGS = {".xml", ".spold"}
_ROOT = "ecoSpold"
_SET_ASIDE = {"masterdata", "meta-inf", "schemas"}
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Edition:
    """What tells the data sets of an edition.

    Attributes:
        space: how the name space of the root begins, in small letters.
        kinds: names of the elements that are data sets.
        unwanted: names of attributes that are left out, if there are some.
    """

    space: str
    kinds: frozenset[str]
    unwanted: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set: the name space it stands in, its element's name, its content and place."""

    space: str
    kind: str
    tree: Tree
    place: Place


def is_of(source: Source, edition: Edition) -> bool:
    """Whether a file is of an edition, or an archive with some."""
    if source.archive is None:
        return _is_start(source.start, edition)
    names = [name for name in source.archive if _is_document(name)]
    for name in names[:_LOOKED_AT]:
        with source.archive.open(name) as stream:
            if _is_start(stream.read(START), edition):
                return True
    return False


def _is_start(start: bytes, edition: Edition) -> bool:
    space, name = root_with_space(start)
    return name == _ROOT and space.lower().startswith(edition.space)


def _is_document(name: str) -> bool:
    path = PurePosixPath(name)
    folders = {part.lower() for part in path.parts}
    return path.suffix.lower() in _ENDINGS and not _SET_ASIDE & folders


def data_sets(
    source: Source, edition: Edition, report: Report, progress: Progress
) -> Iterator[DataSet]:
    """The data sets of an edition in a file; what else is in it is reported at the end.

    Args:
        source: the file.
        edition: which one.
        report: takes the findings.
        progress: is told how far it is.

    Raises:
        InputError: `encoding`, `xml`, `xml-depth`, `xml-doctype`, or the archive is damaged.
    """
    skipped: Counter[str] = Counter()
    if source.archive is None:
        place = Place(file=source.path.name)
        with source.path.open("rb") as stream:
            yield from _of_document(stream, place, edition, skipped)
        progress(1.0, Message("Reading {folder}", folder=source.path.name))
    else:
        total = sum(map(source.archive.size, source.archive)) or 1
        done = 0
        for entry in source.archive:
            path = PurePosixPath(entry)
            if _is_document(entry):
                place = source.archive.place_of(entry)
                with source.archive.open(entry) as packed:
                    yield from _of_document(packed, place, edition, skipped)
            else:
                skipped[path.parent.name or path.name] += 1
            done += source.archive.size(entry)
            progress(done / total, Message("Reading {folder}", folder=path.parent.name))
    for kind, count in sorted(skipped.items()):
        report.leave_out(Place(source.path.name, kind), count)


def _of_document(
    stream: Stream, place: Place, edition: Edition, skipped: Counter[str]
) -> Iterator[DataSet]:
    for space, kind, tree in members(stream, place.file, place, edition.unwanted):
        if space.lower().startswith(edition.space) and kind in edition.kinds:
            yield DataSet(space, kind, tree, place)
        else:
            skipped[kind.rpartition("}")[2]] += 1


def either(node: Node, name: str) -> str:
    """The text of an attribute, or of an element as some programs write it instead."""
    return node.text(f"@{name}") or node.text(name)


def stated(node: Node, names: Mapping[str, str] | tuple[str, ...]) -> dict[str, str]:
    """Attributes that say something, under their own names or those that they are given."""
    if isinstance(names, tuple):
        return {name: text for name in names if (text := node.word(f"@{name}"))}
    return {key: text for name, key in names.items() if (text := node.word(f"@{name}"))}
