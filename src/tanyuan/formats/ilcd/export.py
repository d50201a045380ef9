"""Writing a package, data set by data set: shared by ILCD and TIDAS.

Each data set is read again as soon as it is written: what it lacks of the object is reported and
kept beside the data sets.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tanyuan.backgrounds.package import Entry, Package, Process
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.ilcd import beside, outgoing_objects, outgoing_processes
from tanyuan.formats.ilcd.assembling import MAKERS
from tanyuan.formats.ilcd.dialects import Dialect
from tanyuan.formats.ilcd.fields import FOLDERS
from tanyuan.formats.ilcd.habits import Habits, with_units
from tanyuan.formats.ilcd.nodes import Node, Notes
from tanyuan.formats.ilcd.objects import Met
from tanyuan.formats.ilcd.outgoing import Maker, Writing, kind_of, valid_id
from tanyuan.formats.ilcd.trees import Tree
from tanyuan.formats.packages import Progress
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

_TREES: Mapping[str, Maker] = {
    "unitGroupDataSet": outgoing_objects.unit_group,
    "flowPropertyDataSet": outgoing_objects.flow_property,
    "flowDataSet": outgoing_objects.flow,
    "processDataSet": outgoing_processes.process,
    "sourceDataSet": outgoing_objects.source,
    "contactDataSet": outgoing_objects.contact,
}
_DATE = (1980, 1, 1, 0, 0, 0)


class Export:
    """One package while it is written.

    Args:
        package: what is written.
        dialect: how the format writes some values.
        encode: makes bytes of the root's name and tree of a data set.
        decode: the opposite.
        folder: where the folders of data sets lie in the archive.
    """

    def __init__(
        self,
        package: Package,
        dialect: Dialect,
        encode: Callable[[str, Tree], bytes],
        decode: Callable[[bytes], tuple[str, Tree]],
        folder: str = "",
    ) -> None:
        self.package, self.dialect, self.folder = package, dialect, folder
        self.encode, self.decode = encode, decode
        self.writing = Writing(package, dialect)
        self.habits = Habits.of(package)
        self.lines = [beside.first_line(package, self.habits)]
        self._told: dict[tuple[str, str], tuple[str, int]] = {}

    def run(
        self, path: Path, report: Report, progress: Progress, more: Mapping[str, bytes]
    ) -> None:
        """Write the archive, or nothing at all.

        Args:
            path: where.
            report: takes what the format has no place for.
            progress: is told how far it is.
            more: other entries, by name.
        """
        with packed(path) as pack:
            for name in sorted(more):
                pack(name, more[name])
            entries = list(self._entries())
            for number, (name, kind, entry) in enumerate(entries, 1):
                pack(name, self._data_set(kind, entry))
                progress(number / len(entries), Message("Writing {name}", name=name))
            pack(f"{self.folder}other/{beside.NAME}", b"".join(self.lines))
        self._tell(report, path.name)

    def _entries(self) -> Iterator[tuple[str, str, Entry]]:
        """Every object with the name of its entry, in the order of these names."""
        package = self.package
        found = [
            *package.unit_groups.values(),
            *package.properties.values(),
            *package.flows.values(),
            *package.processes.values(),
            *package.references.values(),
        ]
        named = []
        for entry in found:
            kind = kind_of(entry)
            key = valid_id(entry.id)
            named.append((f"{self.folder}{FOLDERS[kind]}/{key}{self.dialect.ending}", kind, entry))
        yield from sorted(named, key=lambda each: each[0])

    def _data_set(self, kind: str, entry: Entry) -> bytes:
        data = self.encode(kind, _TREES[kind](entry, self.writing))
        kept = beside.difference(entry, self._read(data))
        if kept:
            self.lines.append(beside.line_of(data, kept))
        if entry.id != valid_id(entry.id):
            self._note(kind, "id", entry)
        for name in kept.fields:
            self._note(kind, name, entry)
        for name in {name for each in kept.exchanges.values() for name in each}:
            self._note(kind, f"exchanges.{name}", entry)
        return data

    def _read(self, data: bytes) -> Entry:
        """The object as this very data set is read."""
        kind, tree = self.decode(data)
        notes = Notes(Report(), Problems(), "", self.habits.guessed, not self.dialect.percent)
        held = MAKERS[kind](Node(tree, notes), Met())
        if self.habits.explicit and isinstance(held, Process):
            package = self.package
            return with_units(held, package.flows, package.properties, package.unit_groups)
        return held

    def _note(self, kind: str, name: str, entry: Entry) -> None:
        _, counted = self._told.get((kind, name), ("", 0))
        first = self._told[kind, name][0] if counted else entry.name
        self._told[kind, name] = first, counted + 1

    def _tell(self, report: Report, file: str) -> None:
        for (kind, name), (first, counted) in sorted(self._told.items()):
            place = Place(file, first, field=name)
            details = {"kind": FOLDERS[kind], "objects": str(counted)}
            if name == "id":
                report.add(
                    "id-converted",
                    Act.CONVERTED,
                    place,
                    Message("The format wants UUIDs; a UUID is derived from the id."),
                    None,
                    **details,
                )
            else:
                report.add(
                    "beside",
                    Act.KEPT,
                    place,
                    Message(
                        "The format has no place for it as it is; it lies beside the data sets, "
                        "where only this platform reads it."
                    ),
                    None,
                    **details,
                )


@contextmanager
def packed(path: Path) -> Iterator[Callable[[str, bytes], None]]:
    """A ZIP archive whose bytes depend on its entries alone; there is none if writing fails."""
    part = path.with_name(f"{path.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:

            def pack(name: str, data: bytes) -> None:
                info = zipfile.ZipInfo(name, _DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 3
                info.external_attr = 0o644 << 16
                archive.writestr(info, data)

            yield pack
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
