import io
import json

import openpyxl
import pytest

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.formats import background_report
from tanyuan.formats.background_import import import_background
from tanyuan.formats.background_report import report_json, report_workbook
from tanyuan.languages import in_language
from tests.formats.openlca.hand_made import generation_2, packed


@pytest.fixture
def entry(tmp_path):
    entries = generation_2()
    entries["flows/sawdust.json"]["name"] = "=cmd|' /C calc'!A0"
    path = packed(tmp_path / "small.zip", entries)
    profile = Profile(keys=(Key.MASS,))
    return import_background(path, Library(tmp_path / "library"), profile, licence="CC0").entry


def sheets(entry):
    book = openpyxl.load_workbook(io.BytesIO(report_workbook(entry, entry.report())))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_json_has_every_finding_with_place_and_reason(entry):
    found = json.loads(json.dumps(report_json(entry, entry.report())))
    assert found["name"] == "small"
    assert found["licence"] == "CC0"
    assert len(found["details"]) == len(entry.report())
    assert sum(each["count"] for each in found["findings"]) == len(found["details"])
    (logs,) = [each for each in found["details"] if each["code"] == "no-supplier"]
    assert logs["act"] == "unlinked"
    assert logs["object"] == "Logs"
    assert logs["why"] == "No process of the package makes it."
    assert logs["mend"]
    assert logs["details"]["processes"] == "sawmill"


def test_the_report_speaks_the_language_in_use(entry):
    with in_language("zh"):
        found = report_json(entry, entry.report())
        assert "数据包中没有过程生产它。" in {each["why"] for each in found["details"]}
        assert "背景数据库" in sheets(entry)


def test_the_workbook_has_all_and_no_formula(entry):
    found = sheets(entry)
    assert list(found) == ["Background", "Counts", "Findings"]
    assert ("Name", "small") in found["Background"]
    assert len(found["Findings"]) == len(entry.report()) + 1
    assert sum(row[4] for row in found["Counts"][1:]) == len(entry.report())
    cells = [cell for rows in found.values() for row in rows for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(report_workbook(entry, entry.report())))
    assert not any(
        cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row
    )
    assert any(isinstance(cell, str) and "calc" in cell for cell in cells)


def test_equal_reports_give_equal_bytes(entry):
    assert report_workbook(entry, entry.report()) == report_workbook(entry, entry.report())


def test_what_does_not_fit_on_the_sheet_is_told(entry, monkeypatch):
    monkeypatch.setattr(background_report, "_ROWS", 3)
    rows = sheets(entry)["Findings"]
    assert len(rows) == 5
    assert rows[-1][7] == f"{len(entry.report()) - 3} more findings stand in the JSON."
