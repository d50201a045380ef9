import io
import stat
import struct
import zipfile
import zlib

import pytest

from tanyuan.formats import archives
from tanyuan.formats.archives import MAX_ENTRIES, MAX_FILE, MIB, open_archive
from tanyuan.problems import InputError


def packed(entries, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def code_of(data):
    with pytest.raises(InputError) as caught:
        open_archive(data, "a.zip")
    (problem,) = caught.value.problems
    assert problem.place.file == "a.zip"
    assert str(problem.cause)
    assert str(problem.mend)
    return problem.code


def with_sizes(data, claimed):
    """The archive with all headers claiming another unpacked size."""
    changed = bytearray(data)
    for start, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(start)
        while at >= 0:
            struct.pack_into("<I", changed, at + offset, claimed)
            at = data.find(start, at + 4)
    return bytes(changed)


def test_reads_entries_whole_and_as_streams():
    archive = open_archive(packed({"a.txt": b"one", "folder/B.txt": b"two"}), "a.zip")
    assert dict(archive) == {"a.txt": b"one", "folder/B.txt": b"two"}
    assert len(archive) == 2
    assert archive["folder/b.TXT"] == b"two"
    assert "FOLDER/b.txt" in archive
    assert "c.txt" not in archive
    assert 1 not in archive
    with archive.open("a.txt") as stream:
        assert stream.read(2) == b"on"


def test_folders_are_no_entries():
    assert list(open_archive(packed({"folder/": b"", "folder/a": b"x"}), "a.zip")) == ["folder/a"]


def test_file_above_the_limit():
    assert code_of(b"PK\x03\x04" + bytes(MAX_FILE)) == "file-too-large"


def test_too_many_entries():
    assert len(open_archive(packed({str(n): b"x" for n in range(MAX_ENTRIES)}), "a.zip")) == 1000
    assert code_of(packed({str(n): b"x" for n in range(MAX_ENTRIES + 1)})) == "archive-entries"


def test_bomb():
    assert code_of(packed({"bomb": bytes(300 * MIB)})) == "archive-unpacked"


@pytest.mark.parametrize("claimed", [0, 10, 1000])
def test_bomb_that_claims_to_be_small(claimed):
    assert code_of(with_sizes(packed({"bomb": bytes(50 * MIB)}), claimed)) == "archive-unpacked"


def test_bomb_is_noticed_before_it_is_unpacked(monkeypatch):
    read = []
    refuse_bomb = archives._refuse_bomb

    def spy(size, *rest):
        read.append(size)
        refuse_bomb(size, *rest)

    monkeypatch.setattr(archives, "_refuse_bomb", spy)
    data = packed({"bomb": bytes(50 * MIB)})
    assert code_of(data) == "archive-unpacked"
    assert max(read) < 100 * len(data) + 2 * archives.CHUNK


@pytest.mark.parametrize("claimed", [0, 4, 6, 2**31])
def test_size_that_is_not_the_claimed_one(claimed):
    assert code_of(with_sizes(packed({"a": b"12345"}), claimed)) == "file-damaged"


def test_ratio_of_one_large_entry_but_not_of_a_small_one():
    noise = b"".join(zlib.crc32(bytes([n % 256, n // 256])).to_bytes(4) for n in range(30_000))
    assert open_archive(packed({"noise": noise, "small": bytes(MIB)}), "a.zip")
    assert code_of(packed({"noise": noise, "large": bytes(MIB + 1)})) == "archive-unpacked"


def test_sum_of_all_entries(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    stored = zipfile.ZIP_STORED
    assert open_archive(packed({"a": bytes(500), "b": bytes(500)}, stored), "a.zip")
    assert code_of(packed({"a": bytes(500), "b": bytes(501)}, stored)) == "archive-unpacked"


@pytest.mark.parametrize(
    "name", ["../a", "a/../../b", "/a", "a\\b", "..\\a", "C:/a", "a/..", "\\\\host\\a"]
)
def test_unsafe_paths(name):
    assert code_of(packed({name: b"x"})) == "archive-path"


def test_name_cut_short_by_nul():
    data = packed({"a.txt.exe": b"x"}).replace(b"a.txt.exe", b"a.txt\0exe")
    assert code_of(data) == "archive-path"


def test_dots_within_names_are_harmless():
    assert list(open_archive(packed({"a..b/c...d": b"x"}), "a.zip")) == ["a..b/c...d"]


def test_symbolic_link():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert code_of(target.getvalue()) == "archive-path"


@pytest.mark.parametrize(
    "start",
    [
        packed({"a": b"x"}),
        packed({}),
        b"Rar!\x1a\x07\x00",
        b"7z\xbc\xaf\x27\x1c",
        zlib.compress(b"", wbits=31),
        b"\xfd7zXZ\x00",
        b"BZh91AY",
    ],
)
def test_archive_in_an_archive_by_content_not_by_ending(start):
    assert code_of(packed({"picture.png": start})) == "archive-nested"


@pytest.mark.parametrize("second", [b"a.xml", b"A.xml"])
def test_the_same_entry_twice(second):
    data = packed({"a.xml": b"<a/>", "b.xml": b"<b/>"}).replace(b"b.xml", second)
    assert code_of(data) == "archive-duplicate"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packing_methods(method):
    assert code_of(packed({"a": b"x" * 100}, method)) == "archive-packing"


def test_encrypted_entry():
    data = bytearray(packed({"a": b"x"}))
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(start) + offset] |= 1
    assert code_of(bytes(data)) == "file-password"


@pytest.mark.parametrize("name", ["a.xml", "a/_rels/b.RELS"])
@pytest.mark.parametrize("before", [0, archives.CHUNK - 12, archives.CHUNK - 4])
def test_doctype_in_any_xml(name, before):
    content = b"<?xml version='1.0'?>" + b" " * (before - 16) + b"<!DOCTYPE a><a/>"
    assert code_of(packed({name: content}, zipfile.ZIP_STORED)) == "xml-doctype"


def test_doctype_outside_of_xml_is_none():
    assert open_archive(packed({"readme.txt": b"<!DOCTYPE is a word"}), "a.zip")


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04", b"hello" * 100])
def test_no_archive(data):
    assert code_of(data) == "file-damaged"


def test_truncated_or_changed():
    data = packed({"a": bytes(range(256)) * 10})
    for size in range(0, len(data), 7):
        assert code_of(data[:size]) == "file-damaged"
    changed = bytearray(data)
    changed[60] ^= 0xFF
    assert code_of(bytes(changed)) == "file-damaged"


def test_strange_names_are_shown_short_and_without_control_characters():
    with pytest.raises(InputError) as caught:
        open_archive(packed({"/\x1b[31m" + "x" * 1000: b""}), "a.zip")
    said = str(caught.value)
    assert "\x1b" not in said
    assert len(said) < 300
