"""A revision as a process database for other programs, and what that could not hold."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from tanyuan.backgrounds.report import Report
from tanyuan.formats.background_export import write_package
from tanyuan.formats.background_report import finding_json
from tanyuan.formats.study_package import study_package
from tanyuan.server.factorbase.backgrounds import factors_for
from tanyuan.server.studies import queries
from tanyuan.server.studies.models import Revision

_MEDIA = {
    "openlca": (".zip", "application/zip"),
    "ilcd": (".zip", "application/zip"),
    "tidas": (".zip", "application/zip"),
    "brightway": (
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
_REPORT = ".report"
PACKAGE_FILES = (*_MEDIA, *(f"{key}{_REPORT}" for key in _MEDIA))


def package_file(revision: Revision, kind: str) -> tuple[bytes, str, str]:
    """A database such as `openlca`, or as `openlca.report` what it leaves out.

    Returns:
        The bytes, the end of the file's name, the media type.
    """
    key = kind.removesuffix(_REPORT)
    report = Report()
    library = factors_for(str(revision.study.organisation_id))
    package = study_package(queries.study_document(revision), report, library=library)
    with TemporaryDirectory() as folder:
        path = Path(folder) / key
        write_package(package, path, key, report)
        data = path.read_bytes()
    if kind == key:
        ending, media = _MEDIA[key]
        return data, f"-{key}{ending}", media
    told = json.dumps([finding_json(one) for one in report], ensure_ascii=False, indent=1)
    return told.encode(), f"-{key}.report.json", "application/json"
