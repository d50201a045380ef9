"""Dates and the formats that show them."""

from datetime import date

import pytest

from tanyuan.formats.sheets.values import shows_date
from tests.formats.sheets.books import at, by_xlsxwriter, cells, code_of, notices, values, workbook


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        ("1", date(1900, 1, 1)),
        ("59", date(1900, 2, 28)),
        ("61", date(1900, 3, 1)),
        ("45413", date(2024, 5, 1)),
        ("45413.5", at("2024-05-01 12:00")),
        ("45413.999999999", date(2024, 5, 2)),
        ("2958465", date(9999, 12, 31)),
    ],
)
def test_dates_since_1900(days, meant):
    for style in (1, 2):
        (value,) = values(workbook(cells(f'<c s="{style}"><v>{days}</v></c>'))).values()
        assert (type(value), value) == (type(meant), meant)


@pytest.mark.parametrize("days", ["0", "0.5", "-1", "60", "60.5", "2958466", "1e300"])
def test_no_date(days):
    assert code_of(workbook(cells(f'<c s="1"><v>{days}</v></c>'))) == "cell-date"


@pytest.mark.parametrize("text", ["2024-13-01", "T10:00", "x"])
def test_no_written_date(text):
    assert code_of(workbook(cells(f'<c t="d"><v>{text}</v></c>'))) == "cell-date"


def test_dates_since_1904():
    def fill(book):
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet().write_datetime(0, 0, at("2024-05-01"), day)

    data = by_xlsxwriter(fill, date_1904=True)
    assert values(data) == {"A1": date(2024, 5, 1)}
    assert "dates-since-1904" in notices(data)
    assert "dates-since-1904" not in notices(by_xlsxwriter(fill))
    settings = '<workbookPr date1904="true"/>'
    day_0 = workbook(cells('<c s="1"><v>0</v></c>'), settings=settings)
    assert values(day_0) == {"A1": date(1904, 1, 1)}
    assert notices(workbook(cells("<c><v>0</v></c>"), settings=settings)) == {}


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("General", False),
        ("0.00E+00", False),
        ('#,##0.00 "days"', False),
        ("[Red]0.0;[Blue]-0.0", False),
        (r"0.0 \d\m", False),
        ("h:mm:ss AM/PM", False),
        ("[h]:mm", False),
        ("mm:ss.0", False),
        ("yyyy-mm-dd", True),
        ('[$-804]yyyy"年"m"月"d"日";@', True),
        ('m"月"', True),
        ("dd/mm/yyyy hh:mm", True),
        ("_-* #,##0.00_-", False),
    ],
)
def test_formats_that_show_a_day(code, day):
    assert shows_date(code) is day
