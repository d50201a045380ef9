"""What must not get across: studies of others, higher roles, text that acts in a spreadsheet."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from .conftest import MANAGER, Visit
from .visiting import TROUSERS, TYRE

STRANGER = "owner@mill.example"
READER = "reader@works.example"
_FORMULAS = ('=HYPERLINK("http://example.org","x")', "+1+cmd|' /C calc'!A0", "@SUM(1)", "-2+3")


@pytest.fixture
def study(visit: Visit) -> str:
    """The path of a study of the works that nobody else may see."""
    return visit("en", MANAGER).start_from(TYRE)


_PAGES = ("", "lines/1/", "revisions/1/files/xlsx/", "edit/")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_study_of_others_is_not_there(visit: Visit, study: str, language: str):
    stranger = visit(language, STRANGER)
    with stranger.expecting(404):
        for page in _PAGES:
            stranger.go(study + page)
            heading = stranger.page.locator("h1").inner_text()
            assert heading == stranger.say("There is nothing here for you")
            assert stranger.link("Studies").is_visible()


def test_without_signing_in_a_study_is_not_there(visit: Visit, study: str):
    visitor = visit("en")
    with visitor.expecting(404):
        visitor.go(study)
        assert visitor.page.locator("h1").inner_text() == "There is nothing here for you"
    visitor.go(f"{study}edit/")
    assert "/accounts/login/" in visitor.page.url


def test_a_reader_is_told_which_role_is_needed(visit: Visit, study: str):
    reader = visit("en", READER)
    reader.go(study)
    assert reader.link("Edit the lines").count() == 0
    with reader.expecting(403):
        reader.go(f"{study}edit/")
        assert "Your role in" in reader.text()


def test_text_that_looks_like_a_formula_stays_text_in_what_is_taken_away(visit: Visit):
    visitor = visit("en", MANAGER)
    visitor.go(f"{visitor.start_from(TROUSERS)}edit/")
    for place, formula in enumerate(_FORMULAS):
        visitor.page.locator(f"[name='note.{place}']").fill(formula)
    visitor.press("Save as revision {n}", n=2)
    data = visitor.page.locator("#data .get")
    book = openpyxl.load_workbook(io.BytesIO(visitor.fetch(data.get_by_text("Excel")).data))
    cells = [cell for row in book["明细 Lines"].rows for cell in row if cell.value in _FORMULAS]
    assert len(cells) == len(_FORMULAS)
    assert {cell.data_type for cell in cells} == {"s"}
    table = visitor.fetch(data.get_by_text("CSV")).data.decode("utf-8-sig")
    notes = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert not set(notes) & set(_FORMULAS)
    assert {f"'{formula}" for formula in _FORMULAS} <= set(notes)
