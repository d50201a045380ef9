"""Workbooks and CSV tables as plain typed rows; what the rows mean is for others to know."""

from tanyuan.formats.sheets.csv_tables import read_csv
from tanyuan.formats.sheets.model import Cell, Row, Sheet, Workbook, cell_name, column_letters
from tanyuan.formats.sheets.workbooks import read_workbook

__all__ = [
    "Cell",
    "Row",
    "Sheet",
    "Workbook",
    "cell_name",
    "column_letters",
    "read_csv",
    "read_workbook",
]
