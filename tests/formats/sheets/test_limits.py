"""How much is read."""

import random
from decimal import Decimal

import pytest

from tanyuan.formats.sheets import (
    gathering,
    parts,
)
from tanyuan.problems import Place
from tests.formats.sheets.books import MAIN, cells, code_of, problems, read, values, workbook


def noise_rows(count):
    """Rows that do not pack well, as a high ratio is refused before anything else."""
    numbers = random.Random(1)
    return "".join(f"<row><c><v>{numbers.random()}</v></c></row>" for _ in range(count))


def test_as_many_rows_as_allowed_and_one_more(monkeypatch):
    assert code_of(workbook(noise_rows(200_001))) == "table-rows"
    monkeypatch.setattr(gathering, "MAX_ROWS", 100)
    assert len(read(workbook(noise_rows(100))).sheets[0].rows) == 100
    assert code_of(workbook(noise_rows(101))) == "table-rows"


def test_columns():
    assert values(workbook('<row r="1"><c r="SF1"><v>1</v></c></row>')) == {"SF1": Decimal(1)}
    (problem,) = problems(workbook('<row r="1"><c r="SG1"><v>1</v></c></row>'))
    assert problem.code == "table-columns"
    assert "SG" in str(problem)
    assert values(workbook('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'))


def test_cells_count_with_the_gaps_between_them(monkeypatch):
    monkeypatch.setattr(gathering, "MAX_CELLS", 1000)
    rows = "".join(f'<row r="{n}"><c r="SF{n}"><v>1</v></c></row>' for n in (1, 2))
    assert len(values(workbook(rows))) == 2
    assert code_of(workbook(rows + cells("<c><v>1</v></c>"))) == "table-cells"


def test_length_of_a_text():
    longest = "界" * 32_767
    for before, after in (
        ('<c t="str"><v>', "</v></c>"),
        ('<c t="inlineStr"><is><t>', "</t></is></c>"),
    ):
        for written, ok in ((longest, True), (longest + "x", False), (longest * 8, False)):
            # Noise beside it keeps the ratio low.
            data = workbook(cells(before + written + after) + noise_rows(20_000))
            if ok:
                assert values(data)["A1"] == longest
            else:
                (problem,) = problems(data)
                assert problem.code == "cell-too-long"
                assert problem.place == Place("a.xlsx", "Lines", 1, "A")
    shared = f'<sst xmlns="{MAIN}"><si><t>{longest}x</t></si></sst>'
    changed = {"xl/sharedStrings.xml": shared}
    assert code_of(workbook(noise_rows(20_000), **changed)) == "cell-too-long"


def test_a_sheet_that_claims_all_rows_there_are():
    before = '<dimension ref="A1:XFD1048576"/>'
    data = workbook(cells("<c><v>1</v></c>"), before=before)
    assert values(data) == {"A1": Decimal(1)}


def test_a_million_empty_rows_are_passed_over():
    empty = "".join(f'<row r="{n}" ht="15"/>' for n in range(2, 200_000))
    assert values(workbook(cells("<c><v>1</v></c>") + empty)) == {"A1": Decimal(1)}


@pytest.mark.parametrize(("row", "refused"), [(1002, False), (1003, True), (1_048_576, True)])
def test_data_far_below(row, refused):
    data = workbook(cells("<c><v>1</v></c>") + f'<row r="{row}"><c><v>2</v></c></row>')
    if refused:
        (problem,) = problems(data)
        assert problem.code == "table-gap"
        assert problem.place.row == row
    else:
        assert len(values(data)) == 2


def test_the_problems_before_a_limit_are_told_too():
    error = '<c t="e"><v>#N/A</v></c>'
    data = workbook(cells(error) + '<row r="5000"><c><v>2</v></c></row>')
    assert [problem.code for problem in problems(data)] == ["cell-error", "table-gap"]


def test_tags_without_end(monkeypatch):
    monkeypatch.setattr(parts, "MAX_TAGS", 1000)
    assert code_of(workbook("<a/>" * 1000)) == "workbook-too-large"


def test_a_small_part_that_is_huge(monkeypatch):
    monkeypatch.setattr(parts, "_MAX_SMALL_PART", 2000)
    styles = f'<styleSheet xmlns="{MAIN}">{"<a/>" * 600}</styleSheet>'
    assert code_of(workbook(**{"xl/styles.xml": styles})) == "workbook-too-large"


def test_names_and_tags_without_end():
    names = "".join(f"<n{n}/>" for n in range(50_000))
    assert code_of(workbook(names)) == "file-damaged"
    noise = "".join(map(str, random.Random(1).choices(range(10**9), k=400_000)))
    assert code_of(workbook(f'<a b="{noise}"/>')) == "file-damaged"
    assert code_of(workbook(f"<!--{noise}-->")) == "file-damaged"
    assert read(workbook(f"<a>{noise}</a>")).sheets[0].rows == ()
