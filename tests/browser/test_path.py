"""The whole path, from the first look to the sealed file in another's hands, in both languages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pypdf
import pytest
from playwright.sync_api import expect

from .conftest import Visit
from .serving import Server
from .visiting import PHONE, Visitor

# Published total of the trousers, in kg CO2e a piece: examples/trousers.json, with its source
PUBLISHED = 31.624120493171425
HEAT, PER_MJ = 40.336875, 0.106827
DOUBLED = f"{PUBLISHED + HEAT * PER_MJ:.2f}"
LINES = "明细 Lines"
_NAMES = {"zh": ("棉氨长裤", "染整蒸汽与热"), "en": ("Trousers", "Dyeing steam and heat")}
_DIESEL = {"zh": "柴油", "en": "diesel"}


@pytest.mark.parametrize(
    ("language", "width", "person"),
    [("zh", PHONE, "owner@mill.example"), ("en", 1280, "manager@works.example")],
)
def test_the_whole_path(
    visit: Visit, server: Server, tmp_path: Path, language: str, width: int, person: str
):
    visitor = visit(language, fresh=True, width=width)
    _home_and_catalogue(visitor)
    _factor(visitor)
    _sign_in(visitor, person, server.password)
    _upload(visitor, tmp_path)
    _walk_through_doors(visitor)
    _edit(visitor)
    sealed = _seal(visitor, tmp_path)
    _verify(visitor, sealed)
    _downloads(visitor)
    buyer = visit(language, "buyer@buyer.example")
    _share(visitor, buyer)
    _sign_out(visitor)


def _home_and_catalogue(visitor: Visitor) -> None:
    visitor.go("/")
    assert "31.62" in visitor.text()
    visitor.page.get_by_role("searchbox").first.fill(_DIESEL[visitor.language])
    visitor.press("Find")
    facet = visitor.page.locator(".facet li a").first
    if facet.is_hidden():  # folded on a phone
        visitor.page.locator(".facet summary").first.click()
    label = facet.evaluate("door => door.firstChild.textContent")
    count = int(facet.locator("span").inner_text())
    visitor.open(facet)
    assert visitor.page.locator(".chosen", has_text=label).count()
    heading = visitor.say("{total} factors for “{q}”", total=count, q=_DIESEL[visitor.language])
    expect(visitor.page.get_by_role("heading", name=heading)).to_be_visible()
    rows = visitor.page.locator(".tbl--factors tbody tr")
    assert 0 < rows.count() <= count


def _factor(visitor: Visitor) -> None:
    visitor.go("/factors/?q=EL-0121")
    visitor.open(visitor.page.locator(".tbl--factors .item a").first)
    assert visitor.page.url.endswith("/factors/EL-0121/")
    text = visitor.text()
    assert "0.5777" in text
    assert "关于发布2024年电力碳足迹因子数据的公告" in visitor.page.locator("#source").inner_text()
    cited = visitor.page.locator("#citation").inner_text()
    assert "EL-0121" in cited
    assert "2024" in cited


def _sign_in(visitor: Visitor, person: str, password: str) -> None:
    visitor.go("/")
    visitor.follow("Sign in")
    visitor.page.fill("[name=login]", person)
    visitor.page.fill("[name=password]", password)
    visitor.press("Sign in")
    expect(
        visitor.page.get_by_role("heading", name=visitor.say("Studies"), exact=True)
    ).to_be_visible()


def _upload(visitor: Visitor, folder: Path) -> None:
    visitor.follow("Send in a workbook")
    template = visitor.fetch(visitor.link("Fetch the template (Excel)"))
    assert template.name == "tanyuan-template.xlsx"
    assert LINES in _workbook(template.data).sheetnames
    example = visitor.page.locator(".examplelist li", has_text=_NAMES[visitor.language][0])
    workbook = folder / "trousers.xlsx"
    workbook.write_bytes(visitor.fetch(example.get_by_role("link")).data)
    visitor.page.set_input_files("[name=file]", workbook)
    visitor.press("Read and calculate")
    expect(visitor.page.locator("progress")).to_be_visible()
    expect(visitor.page.locator("#total")).to_be_visible(timeout=60_000)
    visitor.look()
    assert _NAMES[visitor.language][0] in visitor.page.locator("h1").inner_text()
    assert "31.62" in visitor.page.locator("#total").inner_text()
    published = visitor.page.locator("#published").inner_text()
    assert "31.62412" in published
    assert "0.00 %" in published
    assert visitor.page.locator("#data tr[id^=line-]").count() == 17


def _walk_through_doors(visitor: Visitor) -> None:
    """From the total to a line, from the line to its factor, and back."""
    heat = visitor.page.locator("#data tr[id^=line-]", has_text=_NAMES[visitor.language][1])
    visitor.open(heat.locator(".key a"))
    text = visitor.text()
    assert _NAMES[visitor.language][1] in visitor.page.locator("h1").inner_text()
    assert "4.309" in text
    assert "40.34 MJ × 0.1068" in " ".join(text.split())
    assert "Base Impacts (ADEME)" in text
    visitor.follow("Back to the footprint")
    assert visitor.page.url.endswith("#line-7")


def _edit(visitor: Visitor) -> None:
    visitor.follow("Edit the lines")
    amount = visitor.page.get_by_label(
        f"{visitor.say('Amount')}, {_NAMES[visitor.language][1]}", exact=True
    )
    assert amount.input_value() == str(HEAT)
    amount.fill(str(2 * HEAT))
    visitor.press("Try")
    savebar = visitor.page.locator(".savebar")
    assert DOUBLED in savebar.inner_text()
    assert "+4.309" in savebar.inner_text()
    assert amount.input_value() == str(2 * HEAT)
    visitor.page.locator("#why").fill("meter read again <b>")
    visitor.press("Save as revision {n}", n=2)
    assert visitor.say("Revision {number} is saved.", number=2) in visitor.text()
    assert DOUBLED in visitor.page.locator("#total").inner_text()
    visitor.follow("Revisions")
    difference = visitor.page.locator("tr", has_text="dyeing-heat")
    assert str(HEAT) in difference.inner_text()
    assert str(2 * HEAT) in difference.inner_text()
    assert "meter read again <b>" in visitor.text()
    visitor.follow("Revision {n}", n=2)


def _seal(visitor: Visitor, folder: Path) -> Path:
    visitor.follow("Seal revision {n}", n=2)
    visitor.press("Seal revision {n}", n=2)
    file = visitor.fetch(visitor.link("Sealed file"))
    sealed = json.loads(file.data)
    assert visitor.say("Sealed. Its hash is {hash}.", hash=sealed["hash"]) in visitor.text()
    assert file.name.endswith(".sealed.json")
    (folder / file.name).write_bytes(file.data)
    return folder / file.name


def _verify(visitor: Visitor, sealed: Path) -> None:
    back = visitor.page.url
    visitor.follow("Check it")
    visitor.page.set_input_files("[name=file]", sealed)
    visitor.press("Check")
    assert visitor.say("It is what was sealed") in visitor.text()
    assert "35.9331878" in visitor.text()
    altered = sealed.with_name("altered.json")
    altered.write_bytes(sealed.read_bytes().replace(b"35.9331878", b"25.9331878"))
    visitor.page.set_input_files("[name=file]", altered)
    visitor.press("Check")
    assert visitor.say("It is not what was sealed") in visitor.text()
    visitor.page.goto(back)


def _downloads(visitor: Visitor) -> None:
    """Every file says the number of this revision, in its own form."""
    away = visitor.page.locator(".files")
    kinds = ("xlsx", "json", "docx", "pdf")
    files = {kind: visitor.fetch(away.locator(f"a[href*='/files/{kind}/']")) for kind in kinds}
    assert [file.name.rpartition(".")[2] for file in files.values()] == list(kinds)
    lines = _workbook(files["xlsx"].data)[LINES]
    assert str(2 * HEAT) in {str(cell.value) for row in lines.rows for cell in row}
    amounts = {line["id"]: line["amount"] for line in json.loads(files["json"].data)["lines"]}
    assert float(amounts["dyeing-heat"]) == 2 * HEAT
    document = zipfile.ZipFile(io.BytesIO(files["docx"].data)).read("word/document.xml").decode()
    assert DOUBLED in document
    pages = pypdf.PdfReader(io.BytesIO(files["pdf"].data)).pages
    assert DOUBLED in "".join(page.extract_text() for page in pages)


def _share(visitor: Visitor, buyer: Visitor) -> None:
    """The buyer sees the sealed number and its stages, and no line."""
    study = visitor.page.url
    buyer.go("/organisation/")
    code = re.search(r"91370000[0-9A-Z]{10}", buyer.text())[0]
    visitor.follow("Open to others")
    visitor.field("Organisation").fill(code)
    visitor.page.get_by_label(visitor.say("the number and its stages")).check()
    visitor.field("Purpose").fill("supplier data")
    until = datetime.now(tz=UTC).date() + timedelta(days=30)
    visitor.field("Until (that day too)").fill(until.isoformat())
    visitor.press("Open the study")
    assert visitor.page.locator("tr", has_text="supplier data").count() == 1
    buyer.go("/studies/")
    shared = buyer.page.locator("tr", has_text="supplier data").last
    buyer.open(shared.get_by_role("link"))
    assert DOUBLED in buyer.page.locator(".total").inner_text()
    assert _NAMES[visitor.language][1] not in buyer.text()
    with buyer.expecting(404):
        buyer.go(urlsplit(study).path + "lines/7/")


def _sign_out(visitor: Visitor) -> None:
    visitor.go("/accounts/logout/")
    visitor.press("Sign out")
    visitor.go("/studies/")
    assert visitor.page.url.endswith("/accounts/login/?next=/studies/")


def _workbook(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)
