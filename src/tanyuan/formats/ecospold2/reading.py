"""Read ecoSpold 2: one data set, or a ZIP archive of them with or without master data."""

from __future__ import annotations

from tanyuan.backgrounds.package import UNDETERMINED, Package
from tanyuan.backgrounds.report import Report
from tanyuan.formats.ecospold.catalogue import Catalogue, keep
from tanyuan.formats.ecospold.documents import Edition, data_sets, is_of
from tanyuan.formats.ecospold2.activities import Activity, activity
from tanyuan.formats.ecospold2.completing import completed
from tanyuan.formats.ecospold2.texts import MASTER_DATA
from tanyuan.formats.ilcd.nodes import Node, Notes
from tanyuan.formats.packages import Progress, Source
from tanyuan.problems import Problems

KEY = "ecospold2"
EDITION = Edition(
    "http://www.ecoinvent.org/ecospold02",
    frozenset({"activityDataset", "childActivityDataset"}),
    MASTER_DATA,
)


def recognises(source: Source) -> bool:
    """Whether a file is of ecoSpold 2, or an archive with some."""
    return is_of(source, EDITION)


def read(source: Source, report: Report, progress: Progress) -> Package:
    """The package of all data sets.

    Raises:
        InputError: `xml`, `encoding`, `xml-doctype`, `field-type`, `field-missing`, `number`,
            `reference-product`, `duplicate-id` …, with entry, data set and field.
    """
    problems = Problems()
    catalogue = Catalogue(report, source.path.name)
    found: dict[str, Activity] = {}
    for each in data_sets(source, EDITION, report, progress):
        notes = Notes(report, problems, each.place.file)
        catalogue.count("master-data")
        made = activity(Node(each.tree, notes), catalogue)
        notes.left(each.tree)
        keep(found, made, report, notes, "activity/id")
        notes.stop_if_many()
    problems.raise_if_any()
    processes = completed(found, catalogue)
    catalogue.tell()
    return Package(
        format=KEY,
        names={UNDETERMINED: source.name},
        unit_groups=catalogue.groups,
        properties=catalogue.properties,
        flows=catalogue.flows,
        processes=processes,
        locations=catalogue.locations,
        references=catalogue.references,
    )
