"""CSV files."""

import pytest

from tanyuan.formats.archives import MAX_FILE
from tanyuan.formats.sheets import (
    gathering,
    read_csv,
)
from tanyuan.problems import InputError, Place
from tests.formats.sheets.books import code_of, problems, workbook


def csv_rows(data):
    return [(row.number, [cell.value for cell in row.cells]) for row in read_csv(data, "a").rows]


TABLE = "名称,数量\n钢材, 12.50 \n\n,,\n铝,００１\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_encodings(encoding):
    assert csv_rows(TABLE.encode(encoding)) == [
        (1, ["名称", "数量"]),
        (2, ["钢材", "12.50"]),
        (5, ["铝", "００１"]),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_separator_by_the_header_alone(separator):
    others = ",;\t".replace(separator, "") * 5
    text = f'"a{others * 3}"{separator}b\r\n1{others}{separator}2\r\n'
    assert csv_rows(text.encode()) == [
        (1, [("a" + others * 3).strip(), "b"]),
        (2, [("1" + others).strip(), "2"]),
    ]


def test_csv_quotes_and_line_breaks_in_them():
    data = b'a,b\r\n"x, ""y""","two\r\nlines"\r\n\r\nlast,1'
    assert csv_rows(data) == [
        (1, ["a", "b"]),
        (2, ['x, "y"', "two\r\nlines"]),
        (4, ["last", "1"]),
    ]


def test_csv_knows_no_escapes_of_workbooks():
    assert csv_rows(b"_x000D_") == [(1, ["_x000D_"])]


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        "a,b\n1,2".encode("utf-16-be"),
        b"a,b\n1,\0",
        "Matériau;Quantité\nacier trempé;5\nMüller;Straße\n".encode("latin-1"),
        "Größe,Prüfung\nmäßig,schön\n".encode("latin-1"),
        TABLE.encode() + b"\xff",
        ("\ufeff" + TABLE).encode()[:-2] + b"\xe9",
        "材料名称,用量,单位\n钢材,1,千克\n".encode() + b"\xb0\xa1",
        bytes(range(128, 256)),
        workbook(),
    ],
)
def test_csv_in_no_known_encoding(data):
    with pytest.raises(InputError) as caught:
        read_csv(data, "a.csv")
    (problem,) = caught.value.problems
    assert problem.code == "csv-encoding"
    assert problem.place == Place("a.csv")


@pytest.mark.parametrize("data", [b'a,b\n"1,2\n3,4\n', b'a,b\n"1"x,2\n'])
def test_csv_with_a_stray_quotation_mark(data):
    (problem,) = problems(data, read_csv)
    assert problem.code == "csv-quotes"
    assert problem.place.row == 2


def test_csv_limits(monkeypatch):
    assert code_of(b"x" * 32_768, read_csv) == "cell-too-long"
    assert code_of(b"x" * 200_000, read_csv) == "cell-too-long"
    assert code_of(b"x\n" * 200_001, read_csv) == "table-rows"
    assert code_of(b"," * 500 + b"x", read_csv) == "table-columns"
    assert code_of(b"x\n" + b"\n" * 1001 + b"x", read_csv) == "table-gap"
    assert code_of(b"x" * (MAX_FILE + 1), read_csv) == "file-too-large"
    assert csv_rows(b"x" + b"," * 600 + b"\n" * 5000) == [(1, ["x"])]
    monkeypatch.setattr(gathering, "MAX_CELLS", 3)
    assert code_of(b"x,y\nx,y\n", read_csv) == "table-cells"


def test_csv_without_anything():
    for data in (b"", b"\xef\xbb\xbf", b"\n\n", b" ;; \n"):
        assert csv_rows(data) == []
