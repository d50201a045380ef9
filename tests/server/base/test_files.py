"""Files are kept under the hash of their content."""

import io
from pathlib import Path

import pytest
from django.conf import settings

from tanyuan.server.base import files

pytestmark = pytest.mark.django_db


def test_a_file_comes_back_as_it_was():
    stored = files.store(b"content", "a.txt", owner="o")
    assert files.content(stored) == b"content"
    assert (stored.name, stored.size) == ("a.txt", 7)


class Endless(io.RawIOBase):
    """A stream of zeros that tells how much of it was asked for at once."""

    def __init__(self, size):
        self.left, self.largest = size, 0

    def read(self, size=-1):
        assert size > 0
        self.largest = max(self.largest, size)
        taken = min(size, self.left)
        self.left -= taken
        return bytes(taken)


def test_a_stream_is_kept_and_fetched_in_pieces(tmp_path):
    sent = Endless(5_000_000)
    stored = files.store(sent, "large.zip", owner="o")
    assert stored.size == 5_000_000
    assert sent.largest < 5_000_000
    assert files.store(bytes(5_000_000), "again.zip", owner="o").sha256 == stored.sha256
    files.fetch(stored, tmp_path / "large.zip")
    assert (tmp_path / "large.zip").read_bytes() == bytes(5_000_000)


def test_a_damaged_file_is_not_fetched(tmp_path):
    stored = files.store(b"content", "a", owner="o")
    (Path(settings.FILES) / stored.sha256[:2] / stored.sha256).write_bytes(b"Content")
    with pytest.raises(OSError, match="damaged"):
        files.fetch(stored, tmp_path / "a")


def test_a_stream_that_breaks_leaves_nothing():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("gone")

    before = {file for file in Path(settings.FILES).rglob("*") if file.is_file()}
    with pytest.raises(OSError, match="gone"):
        files.store(Broken(), "a", owner="o")
    assert {file for file in Path(settings.FILES).rglob("*") if file.is_file()} == before


def test_a_name_with_a_path_is_only_a_name():
    assert files.store(b"x", "../../etc/passwd", owner="o").name == "passwd"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("钢" * 100 + ".xlsx", "钢" * 83 + ".xlsx"),
        ("x" * 300, "x" * 255),
        ("x." + "y" * 300, "x." + "y" * 253),
    ],
)
def test_a_long_name_is_cut_to_what_file_systems_take(name, kept):
    assert files.store(b"x", name, owner="o").name == kept


def test_equal_content_is_kept_once():
    first = files.store(b"same", "a", owner="o")
    second = files.store(b"same", "b", owner="p")
    assert first.sha256 == second.sha256
    assert first.pk != second.pk


def test_a_changed_file_is_noticed():
    stored = files.store(b"original", "a", owner="o")
    path = Path(settings.FILES) / stored.sha256[:2] / stored.sha256
    path.write_bytes(b"altered!")
    with pytest.raises(OSError, match="damaged"):
        files.content(stored)
