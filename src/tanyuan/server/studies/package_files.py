"""A revision as a process database for other programs, and what that could not hold."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tanyuan.backgrounds.report import Report
from tanyuan.formats.background_export import write_package
from tanyuan.formats.background_report import finding_json
from tanyuan.formats.study_package import study_package
from tanyuan.server.factorbase.backgrounds import factors_for
from tanyuan.server.studies import queries
from tanyuan.server.studies.models import Revision

MEDIA = {
    "openlca": (".zip", "application/zip"),
    "ilcd": (".zip", "application/zip"),
    "tidas": (".zip", "application/zip"),
    "brightway": (
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
"""The end of a file's name and its media type, by format."""
_REPORT = ".report"
PACKAGE_FILES = (*MEDIA, *(f"{key}{_REPORT}" for key in MEDIA))


def package_file(revision: Revision, kind: str) -> tuple[bytes, str, str]:
    """A database such as `openlca`, or as `openlca.report` what it leaves out.

    Returns:
        The bytes, the end of the file's name, the media type.
    """
    key = kind.removesuffix(_REPORT)
    if kind == key:
        ending, media = MEDIA[key]
        return package(revision, key)[0], f"-{key}{ending}", media
    told = json.dumps(package_findings(revision, key), ensure_ascii=False, indent=1)
    return told.encode(), f"-{key}.report.json", "application/json"


def package_findings(revision: Revision, key: str) -> list[dict[str, Any]]:
    """What of a revision a format cannot hold."""
    return [finding_json(one) for one in package(revision, key)[1]]


def package(revision: Revision, key: str) -> tuple[bytes, Report]:
    """A revision as a database of a format, and what that leaves out."""
    report = Report()
    library = factors_for(str(revision.study.organisation_id))
    made = study_package(queries.study_document(revision), report, library=library)
    with TemporaryDirectory() as folder:
        path = Path(folder) / key
        write_package(made, path, key, report)
        return path.read_bytes(), report
