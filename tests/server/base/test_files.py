"""Files are kept under the hash of their content."""

from pathlib import Path

import pytest
from django.conf import settings

from tanyuan.server.base import files

pytestmark = pytest.mark.django_db


def test_a_file_comes_back_as_it_was():
    stored = files.store(b"content", "a.txt", owner="o")
    assert files.content(stored) == b"content"
    assert (stored.name, stored.size) == ("a.txt", 7)


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
