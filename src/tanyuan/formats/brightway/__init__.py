"""Brightway's Excel layout, as the ExcelImporter of bw2io reads it and `write_lci_excel` writes it.

A workbook holds one database: activities, each with key-value rows and a table of exchanges. What
Brightway links by `input` (`database::code`) or by equal name, product, unit, place and categories
is linked here in the same way. Brightway knows no units that convert, no shares among products and
no languages: what is written is linked, allocated and in the units of the suppliers, and what else
it has no place for is reported. Further texts stand under keys of their own (`documentation.…`,
`name (zh)`), which Brightway keeps as they are and this reader takes back.
"""

from tanyuan.formats.brightway.reading import read
from tanyuan.formats.brightway.sheets import recognises
from tanyuan.formats.brightway.writing import write

__all__ = ["read", "recognises", "write"]
