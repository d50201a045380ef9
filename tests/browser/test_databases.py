"""A process database on its way: imported, looked into, taken by a study, sealed and checked."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.backgrounds.steelworks import STEEL, package, windmills

from .conftest import MANAGER, Visit
from .serving import Server
from .test_accessibility import inspect
from .visiting import PHONE, TYRE, Visitor

ENGINEER = "engineer@works.example"
AMOUNT = 40
TOTAL = f"{AMOUNT * STEEL:.2f}"
_SCHEMES = {"zh": "light", "en": "dark"}


@pytest.mark.parametrize(("language", "width"), [("zh", PHONE), ("en", 1280)])
def test_a_database_from_its_file_to_the_checked_seal(
    visit: Visit, server: Server, tmp_path: Path, language: str, width: int
):
    visitor = visit(language, fresh=True, width=width, color_scheme=_SCHEMES[language])
    name = f"Steelbase {language}"
    _sign_in(visitor, server.password)
    # Of other content in each language, so that neither finds the database of the other
    file = package(tmp_path / f"{language}.zip", gsd=1.3 + width / 1e4, more=[windmills()])
    _import(visitor, file, name)
    _report(visitor)
    _choices(visitor)
    _products(visitor, name)
    study = _take(visitor, name)
    _footprint(visitor, name)
    manager = visit(language, MANAGER, width=width)
    _seal_and_verify(manager, study, tmp_path)


def _sign_in(visitor: Visitor, password: str) -> None:
    visitor.go("/accounts/login/")
    visitor.page.fill("[name=login]", ENGINEER)
    visitor.page.fill("[name=password]", password)
    visitor.press("Sign in")


def _import(visitor: Visitor, file: Path, name: str) -> None:
    visitor.follow("Databases")
    inspect(visitor)
    visitor.follow("Import a database")
    visitor.page.set_input_files("[name=file]", file)
    visitor.field("What it is called here").fill(name)
    visitor.field("Its terms of use, where the file does not say").fill("CC-BY-4.0")
    visitor.press("Read, link and solve")
    expect(visitor.page.locator("progress")).to_be_visible()
    visitor.wait_for_job()


def _report(visitor: Visitor) -> None:
    """Every finding is there, by its kind, in order, and to be taken away."""
    heading = visitor.page.get_by_role("heading", name=visitor.say("What the import changed"))
    expect(heading).to_be_visible()
    rows = visitor.page.locator("tbody tr")
    assert rows.count() == 4
    whole = json.loads(visitor.fetch(visitor.page.get_by_role("link", name="JSON")).data)
    assert {one["code"]: one["count"] for one in whole["findings"]} == {
        "unit-converted": 2,
        "provider-ambiguous": 1,
        "no-supplier": 1,
    }
    book = visitor.fetch(visitor.page.get_by_role("link", name="Excel").first)
    sheets = openpyxl.load_workbook(io.BytesIO(book.data)).worksheets
    assert "Dye" in {cell.value for row in sheets[2].rows for cell in row}
    visitor.open(visitor.page.locator("thead a.sorter", has_text=visitor.say("Where")))
    visitor.open(visitor.page.locator("thead a.sorter", has_text=visitor.say("Where")))
    assert ["kWh" in text for text in rows.all_inner_texts()] == [True, False, False, False]
    facet = visitor.page.locator(".facet")
    if facet.locator("a").first.is_hidden():  # folded on a phone
        facet.locator("summary").click()
    visitor.open(facet.locator("a[href*=no-supplier]"))
    assert rows.count() == 1
    assert "Dye" in rows.inner_text()
    inspect(visitor)


def _choices(visitor: Visitor) -> None:
    """Another supplier is chosen and taken away as a file that a later import replays."""
    visitor.follow("Choose suppliers")
    visitor.page.get_by_role("radio", name="Wind farm").check()
    profile = json.loads(visitor.fetch(visitor.button("Take these choices as a file")).data)
    assert profile["providers"] == {"power": "wind"}
    inspect(visitor)


def _products(visitor: Visitor, name: str) -> None:
    visitor.follow(name)
    assert visitor.page.locator("tbody tr").count() == 4
    visitor.field("Find a product").fill("wire")
    visitor.press("Find")
    wire = visitor.page.locator("tbody tr")
    assert f"{STEEL:.3f}" in wire.inner_text()
    assert "33.3 %" in wire.inner_text()
    inspect(visitor)
    visitor.go("/databases/?q=zzzz")
    assert "zzzz" in visitor.text()
    inspect(visitor)


def _take(visitor: Visitor, name: str) -> str:
    """A new line of a study finds the product and takes it."""
    study = visitor.start_from(TYRE)
    visitor.go(f"{study}edit/")
    new = visitor.page.locator("fieldset.newline").first
    for field, value in {"name": "Wire", "amount": str(AMOUNT), "unit": "kg"}.items():
        new.locator(f"[name='{field}.new0']").fill(value)
    new.locator("[name='ref.new0']").fill("Wire drawing")
    visitor.press("Find a factor")
    hit = visitor.page.locator(".pick li", has_text=name).first
    assert visitor.say("{share} cut off", share="33.3 %") in hit.inner_text()
    visitor.open(hit.get_by_role("button"))
    visitor.press("Save as revision {n}", n=2)
    return study


def _footprint(visitor: Visitor, name: str) -> None:
    line = visitor.page.locator("#data tr[id^=line-]", has_text="Wire")
    assert name in line.inner_text()
    assert TOTAL in line.inner_text()
    assert name in visitor.page.locator("#missing").inner_text()
    visitor.open(line.locator(".key a"))
    assert name in visitor.text()
    assert "33.3 %" in visitor.text()
    inspect(visitor)
    visitor.open(visitor.page.locator("#factor a").first)
    chain = visitor.page.locator("tbody tr")
    assert chain.count() == 3
    assert "Power plant" in chain.last.inner_text()
    assert "57.0 %" in chain.last.inner_text()
    inspect(visitor)


def _seal_and_verify(manager: Visitor, study: str, folder: Path) -> None:
    """Where the database is not at hand, the checker says what could not be calculated again."""
    manager.go(study)
    manager.follow("Seal revision {n}", n=2)
    manager.press("Seal revision {n}", n=2)
    file = manager.fetch(manager.link("Sealed file"))
    sealed = folder / file.name
    sealed.write_bytes(file.data)
    assert str(AMOUNT) in file.data.decode()
    manager.follow("Check it")
    manager.page.set_input_files("[name=file]", sealed)
    manager.press("Check")
    assert manager.say("It is unchanged; not all of it could be calculated again") in manager.text()
    inspect(manager)
