"""What people get wrong in a file, as `tanyuan calc` tells it, in both languages."""

import io
import json
import zipfile
from functools import cache

import openpyxl
import pytest
from typer.testing import CliRunner

from tanyuan.cli.app import app
from tanyuan.footprint.study import Role
from tanyuan.formats.files import write_study
from tanyuan.formats.layout import STUDY, choice_text, columns, sheet_title
from tanyuan.formats.template import template_study
from tanyuan.languages import LANGUAGES

NAME = "产品 product"
LINE = {"id": "a", "stage": "production", "amount": 1, "unit": "kg", "ref": "CO2"}
BASE = {"id": "x", "unit": "piece", "boundary": "cradle_to_gate"}
YAML = "id: x\nunit: piece\nboundary: cradle_to_gate\n"


def heading(table, field):
    return next(column.heading for column in columns(table) if column.name == field)


@cache
def template():
    return write_study(template_study(), "x.xlsx")


def workbook(*edits):
    """The template after edits (table, field, row, value), or functions of the workbook."""
    book = openpyxl.load_workbook(io.BytesIO(template()))
    for edit in edits:
        if callable(edit):
            edit(book)
            continue
        table, field, row, value = edit
        index = next(i for i, c in enumerate(columns(table), 1) if c.name == field)
        book[sheet_title(table)].cell(row, index).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(data, compression=zipfile.ZIP_DEFLATED, **changed):
    """The archive with changed or further parts; the key x stands for the sheet of lines."""
    changed = {
        "xl/worksheets/sheet3.xml" if key == "lines" else key: new for key, new in changed.items()
    }
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", compression) as copy,
    ):
        for name in source.namelist():
            content = source.read(name)
            new = changed.pop(name, None)
            copy.writestr(name, new(content) if new else content)
        for name, new in changed.items():
            copy.writestr(name, new(b""))
    return target.getvalue()


def stored_rows(count):
    """A sheet of lines with so many rows, as it is stored."""

    def rows(content):
        head, row, _ = content.partition(b"</row>")
        return head + row + b"<row><c><v>1</v></c></row>" * count + b"</sheetData></worksheet>"

    return repacked(workbook(), zipfile.ZIP_STORED, lines=rows)


def uncalculated(content):
    return content.replace(b"<v>1.2</v>", b"<f>1+0.2</f>", 1)


def as_json(**content):
    return json.dumps({**BASE, **content}).encode()


def written_amount(written):
    return as_json(lines=[{**LINE, "amount": 12345}]).replace(b"12345", written)


def lines_in(book):
    return book[sheet_title("lines")]


def at(code, table, row=None, field=None):
    """A problem in a workbook: its code and its place."""
    return code, sheet_title(table), row, heading(table, field) if field else None


def other_workbook():
    book = openpyxl.Workbook()
    book.active["A1"] = "Invoice"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


PARAMETERS = [
    ("parameters", "id", 2, "a"),
    ("parameters", "value", 2, "b * 2"),
    ("parameters", "id", 3, "b"),
    ("parameters", "value", 3, "a + 1"),
]
LOOP = {
    "processes": [{"id": "p", "stage": "production"}],
    "outputs": [{"id": "o", "process": "p", "amount": 1, "unit": "kg"}],
    "lines": [
        {**LINE, "process": "p", "ref": "o"},
        {**LINE, "id": "b", "ref": "o"},
    ],
}
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

# By name: the ending, the bytes, the problems (None: whatever place)
CASES = {
    "unknown unit": (
        "xlsx",
        lambda: workbook(("lines", "unit", 2, "kilograms!")),
        [at("unit-unknown", "lines", 2, "unit")],
    ),
    "ambiguous unit": (
        "xlsx",
        lambda: workbook(("lines", "unit", 2, "ton")),
        [at("unit-ambiguous", "lines", 2, "unit")],
    ),
    "unit of the wrong kind": (
        "xlsx",
        lambda: workbook(("lines", "unit", 2, "kWh")),
        [at("unit-kind", "lines", 2, "unit")],
    ),
    "unknown factor": (
        "xlsx",
        lambda: workbook(("lines", "ref", 4, "EL-O121")),
        [at("ref-unknown", "lines", 4, "ref")],
    ),
    "own factor per another unit": (
        "xlsx",
        lambda: workbook(
            ("factors", "id", 2, "mine"),
            ("factors", "unit", 2, "kWh"),
            ("factors", "value", 2, 2),
            ("lines", "ref", 2, "mine"),
        ),
        [at("unit-kind", "lines", 2, "unit")],
    ),
    "negative share": (
        "xlsx",
        lambda: workbook(("lines", "cutoff_share", 2, -0.1)),
        [at("negative", "lines", 2, "cutoff_share")],
    ),
    "negative amount": (
        "xlsx",
        lambda: workbook(("lines", "amount", 2, -1.2)),
        [at("negative", "lines", 2, "amount")],
    ),
    "not a number": (
        "xlsx",
        lambda: workbook(("lines", "amount", 2, "NaN")),
        [at("number", "lines", 2, "amount")],
    ),
    "number with unit": (
        "xlsx",
        lambda: workbook(("lines", "amount", 2, "1.2 kg")),
        [at("number", "lines", 2, "amount")],
    ),
    "text for a number": (
        "xlsx",
        lambda: workbook(("lines", "spread", 3, "about a tenth")),
        [at("number", "lines", 3, "spread")],
    ),
    "full-width digits": (
        "xlsx",
        lambda: workbook(("lines", "amount", 4, "０．８５")),
        [at("number", "lines", 4, "amount")],
    ),
    "decimal comma": (
        "xlsx",
        lambda: workbook(("lines", "amount", 4, "0,85")),
        [at("number", "lines", 4, "amount")],
    ),
    "merged cells": (
        "xlsx",
        lambda: workbook(lambda book: lines_in(book).merge_cells("B2:B3")),
        [("merged-cells", sheet_title("lines"), 2, "B")],
    ),
    "formula without value": (
        "xlsx",
        lambda: repacked(workbook(), lines=uncalculated),
        [("formula-without-value", sheet_title("lines"), 2, None)],
    ),
    "error of a formula": (
        "xlsx",
        lambda: workbook(("lines", "amount", 2, "#DIV/0!")),
        [("cell-error", sheet_title("lines"), 2, None)],
    ),
    "cyclic parameters": (
        "xlsx",
        lambda: workbook(*PARAMETERS),
        [at("expression-cycle", "parameters", 2, "value")],
    ),
    "unknown parameter": (
        "xlsx",
        lambda: workbook(("lines", "amount", 2, "mass * 2")),
        [at("expression-unknown", "lines", 2, "amount")],
    ),
    "line id twice": (
        "xlsx",
        lambda: workbook(("lines", "id", 4, "steel")),
        [at("id-double", "lines", 4, "id")],
    ),
    "column twice": (
        "xlsx",
        lambda: workbook(lambda book: setattr(lines_in(book)["AD1"], "value", "数量")),
        [("column-double", sheet_title("lines"), 1, "AD")],
    ),
    "sheet twice": (
        "xlsx",
        lambda: workbook(lambda book: book.create_sheet("lines")),
        [("sheet-double", "lines", None, "")],
    ),
    "misspelt heading": (
        "xlsx",
        lambda: workbook(
            ("lines", "amount", 1, "Amuont"), *(("lines", "amount", row, None) for row in (2, 3, 4))
        ),
        [("heading-unknown", sheet_title("lines"), 1, "")],
    ),
    "stage that there is not": (
        "xlsx",
        lambda: workbook(("lines", "stage", 3, "assembly")),
        [at("stage-unknown", "lines", 3, "stage")],
    ),
    "missing name of the boundary": (
        "xlsx",
        lambda: workbook(
            (STUDY, "boundary", 11, None),
            lambda book: setattr(book[sheet_title(STUDY)]["B11"], "value", None),
        ),
        [at("missing", STUDY, 11, "boundary")],
    ),
    "another workbook": (
        "xlsx",
        other_workbook,
        [("no-study", "", None, "")],
    ),
    "200,001 rows": (
        "xlsx",
        lambda: stored_rows(200_001),
        [("table-rows", sheet_title("lines"), None, None)],
    ),
    "20,001 rows": (
        "xlsx",
        lambda: stored_rows(20_001),
        [("rows-many", sheet_title("lines"), None, "")],
    ),
    "zip bomb": (
        "xlsx",
        lambda: repacked(workbook(), **{"xl/media/a.bin": lambda _: bytes(30_000_000)}),
        [("archive-unpacked", "", None, "")],
    ),
    "macros": (
        "xlsm",
        lambda: repacked(workbook(), **{"xl/vbaProject.bin": lambda _: b"x"}),
        [("workbook-macros", "", None, "")],
    ),
    "entities": (
        "xlsx",
        lambda: repacked(
            workbook(),
            lines=lambda content: content.replace(b"<worksheet", ENTITIES + b"<worksheet"),
        ),
        [("xml-doctype", "", None, "")],
    ),
    "old Excel": (
        "xls",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        [("workbook-old", "", None, "")],
    ),
    "password": (
        "xlsx",
        lambda: b"\xd0\xcf\x11\xe0" + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
        [("file-password", "", None, "")],
    ),
    "empty workbook file": ("xlsx", lambda: b"", [("file-empty", "", None, "")]),
    "half a workbook": ("xlsx", lambda: workbook()[:20_000], [("file-damaged", "", None, "")]),
    "junk called xlsx": ("xlsx", lambda: bytes(range(256)), [("not-a-workbook", "", None, "")]),
    "junk": ("dat", lambda: bytes(range(256)), [("not-readable", "", None, "")]),
    "empty text file": ("json", lambda: b"\n", [("file-empty", "", None, "")]),
    "csv in GB18030": (
        "csv",
        lambda: "编号,数量\n钢材,1.2\n".encode("gb18030"),
        [("csv", "", None, "")],
    ),
    "JSON field twice": (
        "json",
        lambda: b'{"id": "x", "id": "y"}',
        [("field-double", "", None, "id")],
    ),
    "JSON NaN": (
        "json",
        lambda: written_amount(b"NaN"),
        [("number", "lines", 1, "amount")],
    ),
    "JSON of another shape": ("json", lambda: b"[1, 2]", [("study-shape", "", None, "")]),
    "JSON too deep": ("json", lambda: b'{"a":' * 100_000, [("not-readable", "", None, "")]),
    "JSON number of a million digits": (
        "json",
        lambda: written_amount(b"1" * 1_000_000),
        [("number", "lines", 1, "amount")],
    ),
    "JSON number beyond all bounds": (
        "json",
        lambda: written_amount(b"1e99999999999999999999"),
        [("number", "lines", 1, "amount")],
    ),
    "JSON field unknown": (
        "json",
        lambda: as_json(boundry="x"),
        [("extra_forbidden", "study", None, "boundry")],
    ),
    "JSON lines no list": ("json", lambda: as_json(lines={}), [(None, "lines", None, "")]),
    "JSON cut off": ("json", lambda: as_json()[:-9], [("json", "", None, "")]),
    "processes that feed only themselves": (
        "json",
        lambda: as_json(**LOOP),
        [("loop", "outputs", 1, "")],
    ),
    "YAML billion laughs": (
        "yaml",
        lambda: YAML.encode() + b"note: &a [x]\nsources: [*a, *a]\n",
        [("yaml-anchor", "", None, "")],
    ),
    "YAML tag": (
        "yaml",
        lambda: b"id: !!python/object/apply:os.system ['true']\n",
        [("yaml-anchor", "", None, "")],
    ),
    "YAML tab": ("yaml", lambda: b"id: x\n\tunit: kg\n", [("yaml", "", None, "")]),
    "YAML field twice": (
        "yaml",
        lambda: YAML.encode() + b"unit: kg\n",
        [("field-double", "", None, "unit")],
    ),
    "YAML too deep": ("yaml", lambda: b"- " * 20_000, [("not-readable", "", None, "")]),
    "control characters": (
        "json",
        lambda: as_json(name_en="\x1b[31mred"),
        [("text-unwritable", "study", None, None)],
    ),
    "all at once": (
        "xlsx",
        lambda: workbook(
            ("lines", "unit", 2, "ton"),
            ("lines", "amount", 3, "1,2"),
            ("lines", "role", 4, "important"),
            ("parameters", "id", 2, "loss"),
        ),
        [
            at("choice", "lines", 4, "role"),
            at("unit-ambiguous", "lines", 2, "unit"),
            at("number", "lines", 3, "amount"),
            at("missing", "parameters", 2, "value"),
        ],
    ),
    "all of the calculation at once": (
        "xlsx",
        lambda: workbook(
            ("lines", "unit", 2, "kWh"),
            ("lines", "ref", 3, "nothing like it"),
            ("lines", "stage", 4, "somewhere"),
        ),
        [
            at("unit-kind", "lines", 2, "unit"),
            at("ref-unknown", "lines", 3, "ref"),
            at("stage-unknown", "lines", 4, "stage"),
        ],
    ),
}


def calc(path, *options):
    return CliRunner().invoke(app, ["calc", str(path), *options])


def without_spaces(text):
    return "".join(text.split())


def fits(problem, expected):
    found = (problem["code"], problem["sheet"], problem["row"], problem["field"])
    return all(want in (None, have) for want, have in zip(expected, found, strict=True))


@pytest.fixture(scope="module")
def built():
    """The bytes of each case, made once for both languages."""
    made = {}

    def get(case):
        if case not in made:
            made[case] = CASES[case][1]()
        return made[case]

    return get


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_told_with_place_cause_and_mend_and_nothing_is_written(case, built, tmp_path):
    ending, _, expected = CASES[case]
    path = tmp_path / f"{NAME}.{ending}"
    path.write_bytes(built(case))
    said = {}
    for language in LANGUAGES[:1] if case == "200,001 rows" else LANGUAGES:
        result = calc(path, "--json", "--lang", language)
        assert result.exit_code == 2
        problems = json.loads(result.stdout)["problems"]
        assert len(problems) == len(expected)
        for problem, wanted in zip(problems, expected, strict=True):
            assert fits(problem, wanted), (problem, wanted)
            assert problem["file"] == path.name
            assert problem["cause"]
            assert problem["mend"]
            shown = without_spaces(result.stderr)
            for part in ("file", "sheet", "field", "cause", "mend"):
                assert without_spaces(str(problem[part])) in shown
            assert problem["row"] is None or str(problem["row"]) in shown
        said[language] = [problem["cause"] for problem in problems]
    assert len(set(map(tuple, said.values()))) == len(said)
    assert list(tmp_path.iterdir()) == [path]


def test_without_json_only_stderr_speaks(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(as_json(lines=5))
    result = calc(path, "--lang", "en")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a.json · lines" in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["none.xlsx", "."])
def test_a_missing_file_or_a_folder_is_told(tmp_path, language, name):
    result = calc(tmp_path / name, "--lang", language)
    assert result.exit_code == 2
    assert without_spaces(str(tmp_path / name)) in without_spaces(result.stderr)


@pytest.mark.parametrize(
    ("case", "near"),
    [
        ("unknown factor", "EL-0121"),
        ("ambiguous unit", "short_ton"),
        ("misspelt heading", heading("lines", "amount")),
        ("JSON field unknown", "boundary"),
        ("stage that there is not", "raw_material"),
        ("cyclic parameters", "a → b → a"),
        ("line id twice", "stands in row 2 already"),
        ("all at once", choice_text(Role.CUT_OFF)),
    ],
)
def test_the_message_helps_on(case, near, built, tmp_path):
    path = tmp_path / f"x.{CASES[case][0]}"
    path.write_bytes(built(case))
    result = calc(path, "--lang", "en")
    assert without_spaces(near) in without_spaces(result.stderr)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_factor_is_no_error_but_incomplete_and_named(tmp_path, language):
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(("lines", "ref", 4, None), ("lines", "amount", 3, None)))
    result = calc(path, "--lang", language)
    assert result.exit_code == 3
    names = {line.id: line.name_zh if language == "zh" else line.name_en
             for line in template_study().lines}  # fmt: skip
    shown = without_spaces(result.stdout)
    assert without_spaces(names["power"] + ":") in shown.replace("：", ":")
    assert without_spaces(names["truck"] + ":") in shown.replace("：", ":")
    found = json.loads(calc(path, "--json", "--lang", language).stdout)
    assert found["complete"] is False
    assert [(gap["line"], gap["code"]) for gap in found["incomplete"]] == [
        ("truck", "amount"), ("power", "factor"),
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_person_should_look_at_is_told_without_refusing(tmp_path, language):
    def prepare(book):
        lines_in(book).row_dimensions[3].hidden = True
        book.create_sheet("草稿")
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(prepare))
    result = calc(path, "--lang", language)
    assert result.exit_code == 0
    assert "3.317" in result.stdout
    assert f"x.xlsx · {sheet_title('lines')}" in result.stderr
    assert "x.xlsx · 草稿" in result.stderr
    assert "1904" in result.stderr
    notices = json.loads(calc(path, "--json", "--lang", language).stdout)["notices"]
    assert {notice["code"] for notice in notices} == {
        "sheet-not-read", "hidden-rows", "dates-since-1904",
    }  # fmt: skip
    sealed = CliRunner().invoke(app, ["seal", str(path), "--lang", language])
    assert sealed.exit_code == 0
    assert sealed.stderr == result.stderr
