"""The same report is the same file: in another process, on another day, on another machine."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdf
import pytest

from tanyuan.footprint.particulars import Particulars
from tanyuan.reports.files import write_report
from tanyuan.reports.pdf import fonts

from .conftest import EXAMPLES, example

MAKE = """
import hashlib, sys, time
moved = float(sys.argv[1])
real = time.time
time.time = lambda: real() + moved
import tanyuan as ty
from tanyuan.reports.files import write_report
footprint = ty.load(sys.argv[2]).calculate(samples=500)
for ending in (".pdf", ".docx"):
    data = write_report(footprint, "report" + ending, lang="zh")
    print(hashlib.sha256(data).hexdigest())
"""
YEARS = 3 * 365 * 86400


@pytest.fixture(scope="module")
def here():
    made = [write_report(example("tyre"), f"report{end}", lang="zh") for end in (".pdf", ".docx")]
    return [hashlib.sha256(data).hexdigest() for data in made]


@pytest.mark.parametrize(
    ("moved", "environment"),
    [
        (0, {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}),
        (YEARS, {"PYTHONHASHSEED": "2", "TZ": "Asia/Shanghai", "TANYUAN_LANG": "en"}),
    ],
)
def test_another_process_another_day_another_setting(here, moved, environment, tmp_path):
    environment = os.environ | environment | {"HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", MAKE, str(moved), str(EXAMPLES / "tyre.json")],
        capture_output=True, text=True, check=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.split() == here


def test_fonts_of_the_machine_are_not_used(here, tmp_path, monkeypatch):
    """A machine without any font, and one that offers another font of the same name."""
    from pylopdf_fonts_zh_cn import sans_path

    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "none.conf"))
    other = tmp_path / "NotoSerifSC-Regular.otf"
    other.write_bytes(Path(sans_path()).read_bytes())
    monkeypatch.setenv("TYPST_FONT_PATHS", str(tmp_path))
    fonts.cache_clear()
    data = write_report(example("tyre"), "report.pdf", lang="zh")
    assert hashlib.sha256(data).hexdigest() == here[0]


def test_the_date_of_the_report_is_the_only_date_in_the_files():
    given = Particulars(date="2026-11-21")
    pdf = pypdf.PdfReader(io.BytesIO(write_report(example("tyre"), "a.pdf", given, lang="en")))
    xmp = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "2026-11-21T00:00:00" in xmp
    assert pdf.metadata["/CreationDate"].startswith("D:20261121000000")
    with zipfile.ZipFile(
        io.BytesIO(write_report(example("tyre"), "a.docx", given, lang="en"))
    ) as package:
        core = package.read("docProps/core.xml").decode()
    assert core.count("2026-11-21T00:00:00Z") == 2
