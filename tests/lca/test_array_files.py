import hashlib
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tanyuan.languages import in_language
from tanyuan.lca.array_files import arrays_hash, read_arrays, write_arrays
from tanyuan.problems import InputError

ABOUT = {"name": "示例", "year": 2026}
ARRAYS = {
    "b": np.arange(12, dtype=np.float64).reshape(3, 4),
    "a": np.array([True, False]),
    "none": np.zeros((0, 5), np.float32),
    "scalar": np.array(7, np.int64),
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "x.arrays"
    write_arrays(path, "example", ABOUT, ARRAYS)
    return path


def code(path, kind="example", **options):
    with pytest.raises(InputError) as caught, in_language("en"):
        read_arrays(path, kind, **options)
    (problem,) = caught.value.problems
    assert problem.place.file == str(path)
    assert str(problem)
    return problem.code


def test_what_is_written_is_read(file):
    found = read_arrays(file, "example", verify=True)
    assert found.about == ABOUT
    assert set(found.arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        again = found.arrays[name]
        assert (again.dtype, again.shape) == (array.dtype, array.shape)
        assert again.tolist() == array.tolist()
        assert not again.flags.writeable
    assert found.hash == arrays_hash("example", ABOUT, ARRAYS)


KINDS = [np.bool_, np.uint8, np.int32, np.int64, np.uint32, np.uint64, np.float32, np.float64]
ANY = st.sampled_from(KINDS)


NAMES = st.text("abcxyz._0123", max_size=9)


@given(st.dictionaries(NAMES, ANY.flatmap(lambda of: arrays(of, array_shapes()))))
@settings(deadline=None, max_examples=50)
def test_any_arrays_come_back_bit_by_bit(tmp_path_factory, given_arrays):
    path = tmp_path_factory.getbasetemp() / "any.arrays"
    write_arrays(path, "any", {}, given_arrays)
    found = read_arrays(path, "any", verify=True)
    assert {name: array.tobytes() for name, array in found.arrays.items()} == {
        name: array.tobytes() for name, array in given_arrays.items()
    }


def test_equal_content_gives_equal_bytes(file, tmp_path):
    other = tmp_path / "y.arrays"
    turned = {name: ARRAYS[name] for name in reversed(ARRAYS)}
    turned["b"] = np.asfortranarray(turned["b"]).astype(">f8")
    write_arrays(other, "example", dict(reversed(ABOUT.items())), turned)
    assert other.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "other"},
        {"about": {}},
        {"arrays": ARRAYS | {"a": np.array([True, True])}},
        {"arrays": ARRAYS | {"a": np.array([1, 0], np.uint8)}},
        {"arrays": ARRAYS | {"b": np.arange(12, dtype=np.float64).reshape(4, 3)}},
    ],
)
def test_other_content_has_another_hash(change):
    same = {"kind": "example", "about": ABOUT, "arrays": ARRAYS}
    assert arrays_hash(**same | change) != arrays_hash(**same)


def test_the_form_of_the_file_is_kept(file):
    # what users have on disk must stay readable; a change of form raises VERSION
    data = file.read_bytes()
    assert data.startswith(b"tanyuan-arrays\x01\x00")
    digest = "0abecc6ca71c909b83a206f37e489da00c1a55671655344fcb24deb085cd2e6d"
    assert arrays_hash("example", ABOUT, ARRAYS) == f"sha256:{digest}"
    assert hashlib.sha256(data[88:]).hexdigest() == digest


def test_arrays_of_other_types_are_refused(tmp_path):
    with pytest.raises(TypeError, match="objects"):
        write_arrays(tmp_path / "z", "example", {}, {"objects": np.array([None])})
    assert list(tmp_path.iterdir()) == []


def test_a_file_cut_short_is_refused_wherever_it_is_cut(file):
    data = file.read_bytes()
    for length in range(len(data)):
        file.write_bytes(data[:length])
        assert code(file) in ("file-kind", "file-damaged", "file-unreadable")
    file.write_bytes(data + b"\0")
    assert code(file) == "file-damaged"


def test_any_changed_byte_is_found_when_all_is_read(file):
    data = bytearray(file.read_bytes())
    for at in range(len(data)):
        data[at] ^= 0x10
        file.write_bytes(data)
        expected = (
            ("file-kind",) if at < 14 else ("file-version",) if at < 16 else ("file-damaged",)
        )
        assert code(file, verify=True) in expected
        data[at] ^= 0x10


def test_a_changed_header_is_found_without_reading_all(file):
    data = bytearray(file.read_bytes())
    data[data.index(b"example")] ^= 1
    file.write_bytes(data)
    assert code(file) == "file-damaged"


def test_another_version_is_told_apart_from_damage(file):
    data = bytearray(file.read_bytes())
    data[14] = 9
    file.write_bytes(data)
    with (
        in_language("en"),
        pytest.raises(InputError, match="version 9 of its format; this program"),
    ):
        read_arrays(file, "example")


def test_other_files_are_told_apart(file, tmp_path):
    assert code(file, "system") == "file-kind"
    (tmp_path / "empty").write_bytes(b"")
    assert code(tmp_path / "empty") == "file-kind"
    assert code(tmp_path / "missing") == "file-unreadable"
    assert code(tmp_path) == "file-unreadable"


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from tanyuan.lca import array_files

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "unflushed":
    array_files.os.fsync = die
else:
    Path.replace = die
array_files.write_arrays(sys.argv[1], "example", {}, {"new": np.ones(1000)})
"""


@pytest.mark.parametrize("moment", ["unflushed", "unnamed"])
def test_a_killed_writer_leaves_what_was_there(file, moment):
    before = file.read_bytes()
    done = subprocess.run([sys.executable, "-c", KILLED, file, moment], check=False)
    assert done.returncode == -signal.SIGKILL
    assert file.read_bytes() == before
    assert len(list(file.parent.glob(".*.part"))) == 1


def test_a_writer_that_fails_leaves_nothing_behind(file, monkeypatch):
    before = file.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_arrays(file, "example", {}, {"new": np.ones(1000)})
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert file.read_bytes() == before


def test_who_has_a_file_open_keeps_it_when_it_is_replaced(file):
    found = read_arrays(file, "example")
    write_arrays(file, "example", {}, {"b": np.zeros((3, 4))})
    assert found.arrays["b"].tolist() == ARRAYS["b"].tolist()
    assert read_arrays(file, "example").arrays["b"].sum() == 0
