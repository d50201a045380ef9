import pytest

from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import read_package
from tests.formats.openlca.hand_made import generation_2, packed


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The hand-made package."""
    path = packed(tmp_path_factory.mktemp("small") / "small.zip", generation_2())
    return read_package(path, Report())
