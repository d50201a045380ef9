"""For all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# Speed is measured by the benches, so no example of a property has a deadline
settings.register_profile("tanyuan", deadline=None)
settings.load_profile("tanyuan")

# Coverage follows into the processes that share out the tests; the programs that a test starts run
# as people run them
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.fixture(autouse=True, scope="session")
def no_backgrounds_of_ones_own(tmp_path_factory):
    """Databases that a developer has imported change no test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYUAN_BACKGROUNDS", str(tmp_path_factory.mktemp("backgrounds")))
        yield
