"""Files that people send: with errors, of the wrong kind, empty, hostile by name, twice, huge."""

from __future__ import annotations

import http.client
import io
import sys
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import expect

from tanyuan.formats.examples import examples_folder
from tanyuan.formats.template import template_study

from .conftest import MANAGER, Visit
from .serving import Server
from .visiting import Visitor

LINES = "明细 Lines"
UPLOAD = "/studies/upload/"
_KINDS = {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def _file(name: str, data: bytes) -> dict[str, object]:
    kind = _KINDS.get(Path(name).suffix, "application/octet-stream")
    return {"name": name, "mimeType": kind, "buffer": data}


def _workbook(example: str) -> bytes:
    return (examples_folder() / f"{example}.xlsx").read_bytes()


def _send(visitor: Visitor, name: str, data: bytes) -> None:
    visitor.go(UPLOAD)
    visitor.page.set_input_files("[name=file]", _file(name, data))
    visitor.press("Read and calculate")


def _with_errors() -> tuple[bytes, dict[str, int]]:
    """The trousers with a false unit, a false factor and an amount that is none; their rows."""
    book = openpyxl.load_workbook(io.BytesIO(_workbook("trousers")))
    sheet = book[LINES]
    row_of = {row[0].value: row[0].row for row in sheet.iter_rows()}
    sheet.cell(row_of["dyeing-heat"], 8).value = "furlong"
    sheet.cell(row_of["yarn-road"], 10).value = "no-such-factor"
    sheet.cell(row_of["treatment"], 7).value = "some"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue(), row_of


@pytest.mark.parametrize("language", ["zh", "en"])
def test_errors_are_told_by_sheet_and_row_with_the_mend(visit: Visit, language: str):
    data, row_of = _with_errors()
    visitor = visit(language, MANAGER)
    _send(visitor, "mistakes.xlsx", data)
    visitor.wait_for_job()
    table = visitor.page.locator(".problemtable")
    assert visitor.page.locator("h1").inner_text() == visitor.say("The file must be mended")
    cells = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    found = {int(row): (sheet, cause, mend) for sheet, row, _, cause, mend in cells}
    assert set(found) == {row_of[line] for line in ("dyeing-heat", "yarn-road", "treatment")}
    assert all(sheet.startswith(LINES) and mend for sheet, _, mend in found.values())
    assert "furlong" in found[row_of["dyeing-heat"]][1]
    assert "no-such-factor" in found[row_of["yarn-road"]][1]
    assert "some" in found[row_of["treatment"]][1]
    sent = visitor.fetch(visitor.link("Fetch the file that was sent in"))
    assert sent == ("mistakes.xlsx", data)
    visitor.follow("Send it in again")
    assert visitor.page.url.endswith(UPLOAD)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("report.pdf", b"%PDF-1.7", "A study is a workbook (.xlsx) or a JSON or YAML file."),
        ("empty.xlsx", b"", "The file is empty."),
    ],
)
def test_what_is_no_study_is_refused_at_once(visit: Visit, name: str, data: bytes, sentence: str):
    visitor = visit("en", MANAGER)
    with visitor.expecting(422):
        _send(visitor, name, data)
    assert sentence in visitor.text()
    expect(visitor.page.locator(".errors")).to_be_focused()


@pytest.mark.parametrize("data", [b"%PDF-1.7 renamed", b"PK\x03\x04 torn"])
def test_a_renamed_or_torn_file_is_refused_in_words(visit: Visit, data: bytes):
    visitor = visit("en", MANAGER)
    _send(visitor, "renamed.xlsx", data)
    visitor.wait_for_job()
    assert visitor.page.locator("h1").inner_text() == "The file must be mended"
    assert visitor.page.locator(".problemtable tbody tr").count() == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.json",
        '<script>alert(1)</script>"><img src=x onerror=alert(1)>.json',
        "\u202etxt.nosj ; rm -rf ~ $(id) `id` | &.json",
        "研究" * 60 + ".json",
    ],
    ids=["up", "markup", "disguise", "long"],
)
def test_a_hostile_file_name_is_only_a_name(visit: Visit, name: str):
    visitor = visit("en", MANAGER)
    visitor.page.on("dialog", lambda dialog: visitor.troubles.append(f"ran: {dialog.message}"))
    _send(visitor, name, b'{"lines": [{}]}')
    visitor.wait_for_job()
    assert visitor.page.locator("main img, main script").count() == 0
    sent = visitor.fetch(visitor.link("Fetch the file that was sent in"))
    assert sent.data == b'{"lines": [{}]}'
    assert "/" not in sent.name
    assert ".." not in sent.name
    assert sent.name.endswith(".json")


def test_the_same_file_sent_twice_at_once_is_read_once(visit: Visit):
    visitor = visit("en", "owner@mill.example")
    tabs = [visitor.page, visitor.open_tab()]
    for tab in tabs:
        tab.goto(visitor.address + UPLOAD)
        tab.set_input_files("[name=file]", _file("steel.xlsx", _workbook("crude-steel")))
    for tab in tabs:
        tab.get_by_role("button", name="Read and calculate").click(no_wait_after=True)
    for tab in tabs:
        expect(tab.locator("#total")).to_be_visible(timeout=60_000)
    assert tabs[0].url == tabs[1].url
    visitor.go("/studies/?q=steel")
    assert visitor.page.locator("tbody .item").count() == 1


def test_a_huge_file_is_told_of_before_it_is_sent(visit: Visit, tmp_path: Path):
    visitor = visit("en", MANAGER)
    visitor.go(UPLOAD)
    visitor.page.set_input_files("[name=file]", _huge(tmp_path))
    visitor.button("Read and calculate").click()
    file = visitor.page.locator("[name=file]")
    told = file.evaluate("input => input.validationMessage")
    assert told == "The file is larger than 20 MiB."
    expect(file).to_be_focused()


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_a_huge_file_is_refused_by_the_server_without_keeping_it(
    visit: Visit, server: Server, tmp_path: Path
):
    visitor = visit("en", MANAGER, java_script_enabled=False)
    visitor.go(UPLOAD)
    visitor.page.set_input_files("[name=file]", _huge(tmp_path))
    before = server.peak()
    server.forget_peak()
    with visitor.expecting(413):
        visitor.press("Read and calculate")
    assert "The file is larger than 20 MiB." in visitor.text()
    assert server.peak() < before + 32


def test_a_sender_who_breaks_off_leaves_nothing_behind(visit: Visit, server: Server):
    visitor = visit("en", MANAGER)
    visitor.go(UPLOAD)
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in visitor.context.cookies())
    port = urlsplit(server.address).port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", UPLOAD)
    connection.putheader("Cookie", cookies)
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders(b'--x\r\nContent-Disposition: form-data; name="file"; filename="half"')
    connection.close()
    visitor.go("/studies/?q=half")
    assert "half" not in visitor.page.locator(".plate").first.inner_text()
    assert "Traceback" not in server.log


def _huge(folder: Path) -> Path:
    """200 MB that take no room on the disk."""
    file = folder / "huge.xlsx"
    with file.open("wb") as target:
        target.truncate(200 * 1024**2)
    return file


def test_the_template_sent_back_as_it_is_becomes_a_study(visit: Visit):
    visitor = visit("en", MANAGER)
    visitor.go(UPLOAD)
    template = visitor.fetch(visitor.link("Fetch the template (Excel)"))
    _send(visitor, template.name, template.data)
    visitor.wait_for_job()
    assert template_study().name in visitor.page.locator("h1").inner_text()
