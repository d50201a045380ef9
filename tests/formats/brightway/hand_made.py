"""A small workbook as people write them for Brightway by hand: its figures are made up."""

import xlsxwriter

COLUMNS = ["name", "amount", "unit", "location", "reference product", "type", "categories"]

ROWS = [
    ["Database", "works"],
    ["licence", "CC0"],
    [],
    ["Database parameters"],
    ["name", "amount", "formula"],
    ["share", 0.25],
    ["twice", "", "share * 2"],
    [],
    ["Activity", "rolling"],
    ["code", "rolling-1"],
    ["location", "CN-SD"],
    ["reference product", "sheet"],
    ["unit", "kilogram"],
    ["comment", "by hand"],
    ["owner", "a works"],
    ["Parameters", "of rolling"],
    ["name", "amount"],
    ["loss", 0.05],
    ["Exchanges"],
    [*COLUMNS, "uncertainty type", "loc", "scale", "minimum", "maximum", "formula", "input"],
    ["rolling", 1, "kilogram", "CN-SD", "sheet", "production"],
    ["casting", 1.05, "kg", "CN-SD", "slab", "technosphere", "", 2, 0.04879016416943205,
     0.09531017980432493, "", "", "1 + loss"],
    ["power", 0.5, "kilowatt hour", "CN", "electricity", "technosphere", "", 5, 0.5, "", 0.4, 0.6,
     "twice"],
    ["landfill", -0.02, "kilogram", "CN", "dust", "technosphere"],
    ["casting", 0.1, "kilogram", "CN-SD", "slab", "substitution"],
    ["Carbon dioxide, fossil", 0.3, "kilogram", "", "", "biosphere", "air::low population", 3, 0.3,
     0.01],
    ["Water", 0.5, "cubic meter", "", "", "biosphere", "natural resource::in water", 4, "", "", 0.4,
     0.6, "", "biosphere3::51254820-3456-4373-b7b4-056cf7b16e01"],
    [],
    ["Activity", "casting"],
    ["location", "CN-SD"],
    ["reference product", "slab"],
    ["unit", "kilogram"],
    ["Exchanges"],
    COLUMNS,
    ["casting", 1, "kilogram", "CN-SD", "slab", "production"],
    ["Methane", 0.01, "kilogram", "", "", "biosphere", "air"],
    [],
    ["Activity", "landfill"],
    ["code", "landfill-1"],
    ["location", "CN"],
    ["reference product", "dust"],
    ["unit", "kilogram"],
    ["Exchanges"],
    COLUMNS,
    ["landfill", -1, "kilogram", "CN", "dust", "production"],
    ["Methane", 0.004, "kilogram", "", "", "biosphere", "air"],
]  # fmt: skip


def changed(old, new):
    """The rows with one cell changed, wherever it stands."""
    return [[new if cell == old else cell for cell in row] for row in ROWS]


def workbook(path, *sheets):
    """A workbook of some sheets of rows."""
    with xlsxwriter.Workbook(path) as book:
        for rows in sheets or (ROWS,):
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value != "":
                        sheet.write(number, column, value)
    return path
