import csv
import io

from django.http import QueryDict
from openpyxl import load_workbook

from tanyuan.languages import Message
from tanyuan.server.base.tables import Column, Table

COLUMNS = (
    Column("name", Message("Name"), lambda row: row[0]),
    Column("value", Message("Value"), lambda row: row[1], numeric=True),
)
ROWS = [("b", 2), ("a", None), ("c", 1)]


def table(address, rows=ROWS, **options):
    return Table(QueryDict(address), rows, COLUMNS, **options)


def test_sorting_keeps_the_unknown_last_either_way():
    assert [row[0] for row in table("sort=value").rows] == ["c", "b", "a"]
    assert [row[0] for row in table("sort=-value").rows] == ["b", "c", "a"]
    assert [row[0] for row in table("sort=other").rows] == ["b", "a", "c"]


def test_a_head_turns_the_order_round():
    up = table("sort=name&q=x&page=3").heads[0]
    assert up.sorted == "ascending"
    assert "sort=-name" in up.href
    assert "page" not in up.href


def test_filtering_by_words():
    assert [row[0] for row in table("q=B 2").rows] == ["b"]
    assert table("q=zzz").rows == []
    assert len(table("q=zzz", words=False).rows) == 3


def test_paging_stays_within_the_pages():
    first, last = table("", size=2), table("page=99", size=2)
    assert (first.first, first.last, first.previous) == (1, 2, "")
    assert "page=2" in first.next
    assert (last.page, last.next) == (2, "")


def test_a_file_holds_all_rows_and_no_formula():
    rows = [("=1+1", 2), ("+x", -3), ("plain", None)]
    text = table("format=csv&page=2", rows, size=1).file("x").content.decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text)))
    assert found == [["Name", "Value"], ["'=1+1", "2"], ["'+x", "-3"], ["plain", ""]]
    answer = table("format=xlsx", rows).file("x")
    assert 'filename="x.xlsx"' in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = next(iter(sheet.iter_rows(min_row=2, max_row=2)))
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), (2, "n")]


def test_no_file_where_none_is_asked_for():
    assert table("").file("x") is None
    assert table("format=exe").file("x") is None
