"""Particulars of a report: in a file of their own, and in that of the study."""

import io
import json

import openpyxl
import pytest

from tanyuan.footprint.particulars import NO_PARTICULARS, Particulars
from tanyuan.formats.files import read_study, write_study
from tanyuan.formats.layout import REPORT, columns, sheet_title
from tanyuan.formats.particulars import read_particulars
from tanyuan.formats.template import template_study
from tanyuan.problems import InputError

GIVEN = Particulars.model_validate(
    {
        "client": "甲公司 / Jia Ltd",
        "number": "007",
        "date": "2026-11-21",
        "conclusions": "First line.\nSecond line: = not a formula",
    }
)
ENDINGS = (".xlsx", ".json", ".yaml")


def test_particulars_from_yaml_and_json():
    assert read_particulars(b"client: A\npcr: none\ndate: 2026-11-21\nmodel:\n", "p").pcr == "none"
    assert read_particulars('{"client": "甲 \\ud83d\\ude00", "pcr": null}'.encode(), "p") == (
        Particulars(client="甲 😀")
    )
    assert read_particulars(b"number: 007\n", "p").number == "007"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"- a\n", "particulars"),
        (b"a: [", "particulars"),
        (b"{", "particulars"),
        (b"\xff\xfe", "particulars"),
        (b"client: " + b"a" * 1024 * 1024, "particulars"),
        (b"a" * 10 + b": " + b"[" * 5000, "particulars"),
        (b"customer: A\n", "extra_forbidden"),
        (b"date: yesterday\n", "date"),
        (b"client: [a, b]\n", "string_type"),
        (b'client: "a\\u0007b"\n', "text-unwritable"),
    ],
)
def test_bad_particulars_are_refused_with_cause_and_mend(data, code):
    with pytest.raises(InputError) as refused:
        read_particulars(data, "report.yaml")
    assert [p.code for p in refused.value.problems] == [code]
    assert refused.value.problems[0].place.file == "report.yaml"
    assert not refused.value.problems[0].place.sheet


def test_every_field_has_heading_and_help():
    assert [column.name for column in columns(REPORT)] == list(Particulars.model_fields)
    assert all(column.title and column.help for column in columns(REPORT))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("given", [GIVEN, NO_PARTICULARS])
def test_they_go_through_the_file_of_the_study_unchanged(ending, given):
    data = write_study(template_study(), f"x{ending}", particulars=given)
    read = read_study(data, f"x{ending}")
    assert (read.study, read.particulars) == (template_study(), given)


def test_they_are_no_part_of_the_study():
    """Its hash and its footprint are the same with and without them."""
    from tanyuan.footprint.seal import footprint_hash

    data = write_study(template_study(), "x.json", particulars=GIVEN)
    with_them = read_study(data, "x.json").calculate(samples=0)
    without = read_study(write_study(template_study(), "x.json"), "x.json").calculate(samples=0)
    assert footprint_hash(with_them) == footprint_hash(without)


def test_the_template_has_a_sheet_for_them():
    book = openpyxl.load_workbook(io.BytesIO(write_study(template_study(), "x.xlsx", library=True)))
    sheet = book[sheet_title(REPORT)]
    assert sheet["A2"].value == "报告编号 Report number"
    assert sheet["C2"].value
    assert sheet_title(REPORT) not in openpyxl.load_workbook(
        io.BytesIO(write_study(template_study(), "x.xlsx"))
    ).sheetnames  # fmt: skip


def test_what_is_wrong_in_the_sheet_names_its_cell():
    data = write_study(template_study(), "x.xlsx", particulars=GIVEN)
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[sheet_title(REPORT)]
    sheet["B3"] = "soon"
    sheet.append(["Colour", "green"])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(InputError) as refused:
        read_study(stream.getvalue(), "x.xlsx")
    found = {p.code: p.place for p in refused.value.problems}
    assert (found["date"].sheet, found["date"].row) == (sheet_title(REPORT), 3)
    assert found["heading-unknown"].row == sheet.max_row


def test_what_is_wrong_in_json_is_told_with_what_is_wrong_in_the_study():
    content = json.loads(write_study(template_study(), "x.json"))
    content["report"] = {"date": "soon", "customer": "A"}
    content["lines"][0]["amount"] = "1,5"
    with pytest.raises(InputError) as refused:
        read_study(json.dumps(content).encode(), "x.json")
    places = {(p.place.sheet, p.place.field) for p in refused.value.problems}
    assert {("report", "date"), ("report", "customer"), ("lines", "amount")} <= places
