"""Reports as files: endings, particulars, the command."""

import builtins

import pytest
from typer.testing import CliRunner

from tanyuan.cli.app import app
from tanyuan.problems import InputError
from tanyuan.reports.files import write_report
from tanyuan.reports.particulars import Particulars, read_particulars

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


def test_particulars_from_yaml_and_json():
    assert read_particulars(b"client: A\npcr: none\ndate: 2026-11-21\nmodel:\n", "p").pcr == "none"
    assert read_particulars('{"client": "甲"}'.encode(), "p").client == "甲"
    assert read_particulars(b"number: 007\n", "p").number == "007"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"- a\n", "particulars"),
        (b"a: [", "particulars"),
        (b"\xff\xfe", "particulars"),
        (b"client: " + b"a" * 1024 * 1024, "particulars"),
        (b"a" * 10 + b": " + b"[" * 5000, "particulars"),
        (b"customer: A\n", "extra_forbidden"),
        (b"date: yesterday\n", "date"),
        (b"client: [a, b]\n", "string_type"),
        (b'client: "a\\u0007b"\n', "text-unwritable"),
    ],
)
def test_bad_particulars_are_refused_with_cause_and_mend(data, code):
    with pytest.raises(InputError) as refused:
        read_particulars(data, "report.yaml")
    assert [p.code for p in refused.value.problems] == [code]
    assert refused.value.problems[0].place.file == "report.yaml"


def test_particulars_name_every_field():
    for field in Particulars.model_fields.values():
        assert field.title
        assert field.description
