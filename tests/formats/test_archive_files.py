"""Archives that are opened by their path and checked while they are read."""

import random
import struct
import zipfile

import pytest

from tanyuan.formats import archives
from tanyuan.formats.archives import MIB, PACKAGE, Limits, open_archive_file
from tanyuan.problems import InputError

NOISE = random.Random(1).randbytes(100_000)
SMALL = Limits(file=MIB, unpacked=2 * MIB, ratio=100, entries=20)


def packed(path, entries, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a.zip"


def opened(path, limits, *, read):
    with open_archive_file(path, limits) as archive:
        return [archive.read(name) for name in archive if read]


def code_of(path, limits=PACKAGE, *, read=True):
    with pytest.raises(InputError) as caught:
        opened(path, limits, read=read)
    (problem,) = caught.value.problems
    assert problem.place.file.startswith("a.zip")
    assert str(problem.mend)
    return problem.code


def test_entries_are_sorted_and_read_whole_or_in_pieces(file):
    packed(file, {"b/two.txt": NOISE, "a.txt": b"one", "folder/": b""})
    with open_archive_file(file) as archive:
        assert list(archive) == ["a.txt", "b/two.txt"]
        assert len(archive) == 2
        assert archive.read("a.txt") == b"one"
        assert archive.size("b/two.txt") == 100_000
        assert archive.place_of("a.txt").file == "a.zip/a.txt"
        with archive.open("b/two.txt") as stream:
            assert stream.read(10) == NOISE[:10]
            assert stream.read() == NOISE[10:]
            assert stream.read(5) == b""


def test_the_file_is_closed_when_it_is_left(file):
    packed(file, {"a": b"x"})
    with open_archive_file(file) as archive:
        pass
    with pytest.raises(ValueError, match="closed"):
        archive.unpacker.open("a")


def test_limits_of_size_entries_and_ratio(file):
    packed(file, {"a": b"x" * (2 * MIB)}, zipfile.ZIP_STORED)
    assert code_of(file, SMALL) == "file-too-large"
    packed(file, {str(number): b"x" for number in range(21)})
    assert code_of(file, SMALL, read=False) == "archive-entries"
    packed(file, {"a": bytes(3 * MIB)})
    assert code_of(file, SMALL, read=False) == "archive-unpacked"
    packed(file, {"a": bytes(MIB)})
    assert code_of(file, SMALL, read=False) == "archive-unpacked"


def test_entries_are_counted_although_the_archive_lies(file, monkeypatch):
    packed(file, {str(number): b"x" for number in range(30)})
    data = bytearray(file.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", data, end + 8, 1, 1)
    file.write_bytes(data)
    built = []
    monkeypatch.setattr(archives, "_check_header", lambda *_: built.append(1))
    assert code_of(file, SMALL, read=False) == "archive-entries"
    assert built == []


@pytest.mark.parametrize("claimed", [0, 10, 60_000])
def test_an_entry_that_lies_about_its_size(file, claimed):
    packed(file, {"a": bytes(range(256)) * 200})
    data = bytearray(file.read_bytes())
    struct.pack_into("<I", data, data.find(b"PK\x01\x02") + 24, claimed)
    file.write_bytes(data)
    assert code_of(file) == "file-damaged"


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "C:/a"])
def test_paths_that_lead_out(file, name):
    packed(file, {name: b"x"})
    assert code_of(file, read=False) == "archive-path"


def test_two_parts_of_one_name(file):
    packed(file, {"a.txt": b"1", "A.TXT": b"2"})
    assert code_of(file, read=False) == "archive-duplicate"


def test_archives_inside_and_doctypes(file):
    packed(file, {"a.json": b"PK\x03\x04xxx"})
    assert code_of(file) == "archive-nested"
    packed(file, {"a.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"})
    assert code_of(file) == "xml-doctype"


def test_a_doctype_between_two_pieces(file):
    packed(file, {"a.xml": b" " * 5 + b"<!DOCTYPE a>"})
    with open_archive_file(file) as archive, archive.open("a.xml") as stream:
        stream.read(9)
        with pytest.raises(InputError) as caught:
            stream.read(9)
    assert caught.value.problems[0].code == "xml-doctype"


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06", b"x" * 100])
def test_what_is_no_archive(file, data):
    file.write_bytes(data)
    assert code_of(file) == "file-damaged"


def test_a_directory_that_begins_before_the_file(file):
    packed(file, {"a": b"x"})
    data = bytearray(file.read_bytes())
    struct.pack_into("<I", data, data.rfind(b"PK\x05\x06") + 12, 2**31)
    file.write_bytes(data)
    assert code_of(file) == "file-damaged"


def test_a_file_that_is_not_there(tmp_path):
    assert code_of(tmp_path / "a.zip") == "file-unreadable"
