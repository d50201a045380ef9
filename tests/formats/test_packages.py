import json
import zipfile

import pytest

from tanyuan.backgrounds.report import Report
from tanyuan.formats.archives import PACKAGE
from tanyuan.formats.packages import FORMATS, read_package
from tanyuan.problems import InputError
from tests.formats.openlca.hand_made import generation_2, packed


def code_of(path):
    with pytest.raises(InputError) as caught:
        read_package(path, Report())
    problem = caught.value.problems[0]
    assert problem.place.file == path.name
    assert str(problem.mend)
    return problem.code


def test_every_format_has_its_room():
    for key, each in FORMATS.items():
        assert each.key == key
        room = each.writing_room() if each.writes else each.room()
        assert callable(room.recognises)
        assert callable(room.read)
        assert callable(getattr(room, "write", None)) == each.writes


@pytest.mark.parametrize(
    "data",
    [b"", b"name,amount\nsteel,1\n", b"%PDF-1.7", b"\x00\x01\x02", b"<?xml version='1.0'?><a/>"],
)
def test_files_of_other_formats(tmp_path, data):
    path = tmp_path / "database.zip"
    path.write_bytes(data)
    assert code_of(path) == "format-unknown"


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"xl/workbook.xml": b"<workbook/>"},
        {"processes/a.json": json.dumps({"amount": 1}).encode()},
        {"processes/readme.txt": b"@type @id"},
    ],
)
def test_archives_of_other_formats(tmp_path, entries):
    assert code_of(packed(tmp_path / "database.zip", entries)) == "format-unknown"


def test_a_file_that_is_not_there(tmp_path):
    assert code_of(tmp_path / "none.zip") == "file-unreadable"


def test_a_document_above_the_limit_of_any_file(tmp_path):
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        file.truncate(PACKAGE.file + 1)  # takes no room on the disk
    assert code_of(path) == "file-too-large"


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_a_package_that_was_cut_short(tmp_path, share):
    whole = packed(tmp_path / "whole.zip", generation_2()).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: int(len(whole) * share)])
    assert code_of(cut) == "file-damaged"


def test_a_package_with_changed_bytes(tmp_path):
    path = packed(tmp_path / "small.zip", generation_2())
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("processes/mine.json")
    start = info.header_offset + 30 + len(info.filename) + 5
    data[start : start + 8] = b"\xff" * 8
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_package(path, Report())
    (problem,) = caught.value.problems
    assert problem.code == "file-damaged"
    assert problem.place.file == "small.zip/processes/mine.json"


def test_a_package_with_a_path_that_leads_out(tmp_path):
    entries = {**generation_2(), "../processes/x.json": b"{}"}
    assert code_of(packed(tmp_path / "small.zip", entries)) == "archive-path"


def test_a_package_without_processes(tmp_path):
    entries = {k: v for k, v in generation_2().items() if not k.startswith("processes/")}
    assert code_of(packed(tmp_path / "small.zip", entries)) == "no-process"
