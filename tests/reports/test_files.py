"""Reports as files: endings, particulars, the command."""

import builtins

import pytest
from typer.testing import CliRunner

from tanyuan.cli.app import app
from tanyuan.footprint.particulars import Particulars
from tanyuan.problems import InputError
from tanyuan.reports.files import write_report

EXAMPLE = "examples/tyre.json"


@pytest.fixture
def run(monkeypatch, pytestconfig):
    monkeypatch.setenv("COLUMNS", "200")
    example = pytestconfig.rootpath / EXAMPLE

    def invoke(*arguments):
        return CliRunner().invoke(app, ["report", str(example), *map(str, arguments)])

    return invoke


def test_the_command_writes_both_forms(run, tmp_path):
    for name, start in (("out.pdf", b"%PDF-1.7"), ("out.docx", b"PK")):
        done = run("-o", tmp_path / name, "--lang", "zh")
        assert done.exit_code == 3, done.output
        assert name in done.output
        assert (tmp_path / name).read_bytes().startswith(start)
    assert run("-o", tmp_path / "out.pdf").exit_code == 2
    assert run("-o", tmp_path / "out.pdf", "--force").exit_code == 3


def test_the_command_takes_particulars(run, tmp_path):
    from io import BytesIO

    import pypdf

    given = tmp_path / "report.yaml"
    given.write_text("client: Client Ltd\ndate: 2026-11-21\n", encoding="utf-8")
    out = tmp_path / "out.pdf"
    assert run("-o", out, "--lang", "en", "--particulars", given).exit_code == 3
    told = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(out.read_bytes())).pages)
    assert "Client Ltd" in told


def test_particulars_in_the_file_of_the_study_stand_in_its_report(tmp_path, monkeypatch):
    from io import BytesIO

    import pypdf

    import tanyuan as ty
    from tanyuan.formats.files import write_study

    monkeypatch.setenv("COLUMNS", "200")
    study = tmp_path / "study.xlsx"
    given = Particulars(client="Client in the workbook")
    study.write_bytes(write_study(ty.template_study(), study, particulars=given))
    other = tmp_path / "other.yaml"
    other.write_text("client: Another client\n", encoding="utf-8")
    for more, told in (([], "Client in the workbook"), (["--particulars", str(other)], "Another")):
        out = tmp_path / "out.pdf"
        command = ["report", str(study), "-o", str(out), "--lang", "en", "--force", *more]
        assert CliRunner().invoke(app, command).exit_code == 0
        assert told in pypdf.PdfReader(BytesIO(out.read_bytes())).pages[0].extract_text()


def test_another_ending_is_refused_before_anything_is_done(run, tmp_path):
    done = run("-o", tmp_path / "out.odt", "--lang", "en")
    assert done.exit_code == 2
    assert "A report cannot be written as “.odt”." in done.output
    with pytest.raises(InputError, match=r"—"):
        write_report(None, tmp_path / "out")


@pytest.mark.parametrize("ending", [".pdf", ".docx"])
def test_a_missing_extra_says_how_to_install_it(run, tmp_path, monkeypatch, ending):
    import sys

    for name in list(sys.modules):
        if name.split(".")[0] in ("typst", "docx") or name in (
            "tanyuan.reports.pdf", "tanyuan.reports.word", "tanyuan.reports.word_styles",
        ):  # fmt: skip
            monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def absent(name, *arguments, **options):
        if name.split(".")[0] in ("typst", "docx"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.split(".")[0])
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", absent)
    done = run("-o", tmp_path / f"out{ending}", "--lang", "en")
    assert done.exit_code == 2
    assert 'pip install "tanyuan[reports]"' in done.output
