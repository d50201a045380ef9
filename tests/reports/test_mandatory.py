"""What ISO 14067:2018, clause 7, asks of a study report: each item stands in its section, and one
that is taken away is named there with the place where it is to be filled in."""

import copy

import pytest

import tanyuan as ty
from tanyuan.footprint.particulars import Particulars
from tanyuan.footprint.study import Study
from tanyuan.reports.document import Facts, Paragraph, Picture, Points, Status, Table
from tanyuan.reports.study_report import study_report

SURE = {"pedigree": "2,2,2,2,2", "source": "Meter book 7", "data_kind": "primary_site"}
WHOLE = {
    "id": "whole",
    "name_en": "Board",
    "unit_kind": "functional",
    "unit": "m²",
    "boundary": "cradle_to_grave",
    "boundary_note": "Without capital goods.",
    "description_en": "1 m² of board used for 20 years",
    "period_start": "2025-01-01",
    "period_end": "2025-12-31",
    "geography": "CN",
    "biogenic_carbon": "0.2",
    "sources": ["Books of the mill"],
    "stages": [{"id": "mill", "name_en": "Mill", "phase": "production"}],
    "processes": [
        {"id": "saw", "name_en": "Sawing", "stage": "mill", "allocation": "economic",
         "reason": "Board and chips leave one saw."},
    ],
    "outputs": [
        {"id": "board", "name_en": "Board", "process": "saw", "amount": "10", "unit": "m²",
         "price": "9", "mass": "60"},
        {"id": "chips", "name_en": "Chips", "process": "saw", "amount": "5", "unit": "kg",
         "price": "1", "mass": "40"},
    ],
    "factors": [
        {"id": "log", "name_en": "Log", "unit": "kg", "value": "0.1", "source": "Forest survey"},
        {"id": "log", "name_en": "Log", "unit": "kg", "gas": "CO2", "kind": "removal_biogenic",
         "value": "-1.8", "source": "Forest survey"},
        {"id": "grid", "name_en": "Grid", "unit": "kWh", "value": "0.6", "year": 2025,
         "geography": "CN", "electricity": "life_cycle", "source": "Announcement 12"},
        {"id": "truck", "name_en": "Truck", "unit": "kg", "value": "0.3", "source": "Atlas"},
    ],
    "lines": [
        {"id": "logs", "name_en": "Logs", "process": "saw", "amount": "100", "unit": "kg",
         "ref": "log", **SURE},
        {"id": "power", "name_en": "Power", "process": "saw", "amount": "30", "unit": "kWh",
         "ref": "grid", "supply": "grid", **SURE},
        {"id": "demand", "name_en": "Board used", "stage": "mill", "amount": "1", "unit": "m²",
         "ref": "board", **SURE},
        {"id": "wax", "name_en": "Wax", "stage": "use", "amount": "0.1", "unit": "kg",
         "ref": "truck", **SURE},
        {"id": "fire", "name_en": "Fire", "stage": "end_of_life", "amount": "1", "unit": "kg",
         "ref": "CO2", "kind": "biogenic", **SURE},
        {"id": "oil", "name_en": "Saw oil", "stage": "mill", "role": "cut_off",
         "cutoff_share": "0.004", "reason": "Below the limit."},
        {"id": "shed", "name_en": "Shed", "stage": "mill", "role": "outside", "amount": "1",
         "unit": "kg", "ref": "truck", "reason": "Capital goods."},
    ],
}  # fmt: skip
GIVEN = {
    "number": "R-1", "date": "2026-11-21", "client": "Client Ltd", "author": "Author Institute",
    "verifier": "Verifier Body", "standard": "GB/T 24067-2024", "pcr": "No rules used",
    "model": "B-20", "product": "Board of pine", "plants": "Mill 1", "collection": "By meter",
    "substitutes": "None needed", "timing": "Carbon is stored for 20 years",
    "quality": "Good data", "use_profile": "Waxed once", "end_of_life": "Burnt",
    "conclusions": "Power comes first", "value_choices": "GWP-100 by habit",
    "comparison": "Not compared with earlier years", "review": "Reviewed by three",
}  # fmt: skip

STANDS = [
    (1, ["Client Ltd", "Author Institute", "Verifier Body", "2026-11-21", "R-1",
         "GB/T 24067-2024", "No rules used"]),
    (2, ["Functional unit", "1 m²", "Reference flow", "1 m² of board used for 20 years"]),
    (3, ["Board of pine", "B-20", "Mill 1", "China"]),
    (4, ["cradle to grave", "Without capital goods.", "Inside the system boundary:", "Mill",
         "Shed", "Capital goods."]),
    (5, ["Sawing", "Board (10 m²), Chips (5 kg)"]),
    (6, ["2025-01-01 – 2025-12-31", "Mill 1", "By meter", "None needed",
         "Primary, from the site", "Books of the mill", "No line lacks anything"]),
    (7, ["AR6 GWP-100", "100 years", "CO₂"]),
    (8, ["at most 1 % of the total", "at most 5 % of the total", "Saw oil", "0.4 %",
         "Below the limit."]),
    (9, ["Sawing: by economic value", "Board and chips leave one saw.", "ISO 14044"]),
    (10, ["electricity carbon footprint factor (life cycle) (1)", "China 2025", "Grid",
          "none is claimed"]),
    (11, ["none is discounted", "Carbon is stored for 20 years", "0.2 kg C/m²"]),
    (12, ["Good data", "Time coverage", "Geographic coverage", "Technology coverage",
          "Completeness", "Reliability and sources", "Precision and uncertainty", "Consistency",
          "Reproducibility", "2.000"]),
    (13, ["Raw material acquisition", "End of life", "Fossil", "Biogenic", "Biogenic removal",
          "Direct land use change", "Of which aircraft", "Indirect land use change",
          "Biogenic carbon in the product", "0.2 kg C", "Effect of delayed emissions",
          "Soil carbon change", "Carbon offsets"]),
    (14, ["95 % interval", "Share of the variance", "Sawing: by mass"]),
    (15, ["Hot spots", "Limits", "One impact only", "Conclusions", "Power comes first"]),
    (16, ["Waxed once", "Burnt", "Wax", "Fire", "Meter book 7"]),
    (17, ["GWP-100 by habit", "Allocation of co-products", "Not compared with earlier years"]),
    (18, ["Reviewed by three", "Verifier Body"]),
]  # fmt: skip

LACKS_GIVEN = [
    (1, "number"), (1, "date"), (1, "client"), (1, "author"), (1, "standard"), (1, "pcr"),
    (3, "model"), (3, "plants"), (6, "collection"), (6, "substitutes"), (11, "timing"),
    (15, "conclusions"), (16, "use_profile"), (16, "end_of_life"), (18, "verifier"),
]  # fmt: skip


def row(table, id_):
    return lambda content: next(r for r in content[table] if r["id"] == id_)


LACKS_STUDY = [
    (2, "description_en", lambda content: content, ["description_en"]),
    (4, "boundary_note", lambda content: content, ["boundary_note"]),
    (4, "reason", row("lines", "shed"), ["reason"]),
    (6, "period_start", lambda content: content, ["period_start", "period_end"]),
    (6, "source", row("lines", "logs"), ["source"]),
    (9, "reason", row("processes", "saw"), ["reason"]),
    (10, "supply", row("lines", "power"), ["supply"]),
    (10, "year", row("factors", "grid"), ["year"]),
]


def footprint(content):
    return ty.calculate(Study.model_validate(content), samples=200)


def texts(section):
    for block in section.blocks:
        match block:
            case Paragraph(text, _):
                yield text
            case Points(items):
                yield from items
            case Facts(rows):
                yield from (text for pair in rows for text in pair)
            case Table():
                yield block.title
                yield from (column.title for column in block.columns)
                yield from (cell for line in block.rows for cell in line.cells)
            case Picture():
                yield block.description
            case _:
                yield block.text


@pytest.fixture(scope="module")
def report():
    return study_report(footprint(WHOLE), Particulars.model_validate(GIVEN), lang="en")


def test_a_whole_study_makes_a_whole_report(report):
    assert report.empty == ()
    assert report.marks == ()
    assert {section.status for section in report.sections} == {Status.FILLED}
    assert [number for number, _ in STANDS] == [section.number for section in report.sections]


@pytest.mark.parametrize(("number", "items"), STANDS)
def test_each_item_stands_in_its_section(report, number, items):
    told = "\n".join(texts(report.sections[number - 1]))
    for item in items:
        assert item in told, item


@pytest.mark.parametrize(("number", "field"), LACKS_GIVEN)
def test_an_item_of_the_particulars_that_is_not_given_is_named(number, field):
    given = Particulars.model_validate(GIVEN | {field: None if field == "date" else ""})
    report = study_report(footprint(WHOLE), given, lang="en")
    assert [section.number for section in report.empty] == [number]
    (lack,) = report.empty[0].missing
    assert lack.where == f"particulars of the report, field “{field}”"
    assert report.marks == ("Draft",)


@pytest.mark.parametrize(("number", "field", "where", "away"), LACKS_STUDY)
def test_an_item_of_the_study_that_is_not_given_is_named(number, field, where, away):
    content = copy.deepcopy(WHOLE)
    for name in away:
        del where(content)[name]
    report = study_report(footprint(content), Particulars.model_validate(GIVEN), lang="en")
    assert [section.number for section in report.empty] == [number]
    (lack,) = report.empty[0].missing
    assert lack.where.startswith("study, sheet “")
    assert lack.where.endswith(f"({field})")


def test_scores_and_spread_that_are_not_given_are_named():
    content = copy.deepcopy(WHOLE)
    for line in content["lines"]:
        line.pop("pedigree", None)
    given = Particulars.model_validate(GIVEN | {"quality": ""})
    report = study_report(footprint(content), given, lang="en")
    assert [section.number for section in report.empty] == [12, 14]


def test_what_does_not_apply_says_why():
    content = WHOLE | {"boundary": "cradle_to_gate", "processes": [], "outputs": [], "lines": [
        {"id": "wax", "name_en": "Wax", "stage": "production", "amount": "0.1", "unit": "kg",
         "ref": "truck", **SURE},
    ]}  # fmt: skip
    given = Particulars.model_validate(GIVEN | {"review": ""})
    report = study_report(footprint(content), given, lang="en")
    reasons = {s.number: s.reason for s in report.sections if s.status is Status.NOT_APPLICABLE}
    assert sorted(reasons) == [9, 10, 16, 18]
    assert all(reasons.values())
    assert report.empty == ()
