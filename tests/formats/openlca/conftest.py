import pytest

from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import read_package
from tests.formats.openlca.hand_made import generation_2, packed


@pytest.fixture
def read(tmp_path):
    """Read entries as a package: what is in it, and the report."""

    def reading(entries, name="small.zip"):
        report = Report()
        return read_package(packed(tmp_path / name, entries), report), report

    return reading


@pytest.fixture
def entries():
    """The hand-made package of generation 2, to be changed."""
    return generation_2()
