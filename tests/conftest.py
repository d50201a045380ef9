"""For all tests."""

from __future__ import annotations

import gc
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

# Folders whose tests share what is slow to start: each on one worker
TOGETHER = ("tests/browser/", "tests/executors/", "tests/server/web/")


def pytest_collection_modifyitems(items):
    """What takes longest in one piece begins first."""
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER))


def pytest_collection_finish():
    """What stays to the end is not looked through again whenever garbage is collected."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """What a file has made for its tests, or a folder of `TOGETHER` for its own, is made once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByPlace(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            for folder in TOGETHER:
                if nodeid.startswith(folder):
                    return folder
            return nodeid if nodeid.startswith("tests/server/") else nodeid.split("::")[0]

    return ByPlace(config, log)


@pytest.fixture(autouse=True, scope="session")
def no_backgrounds_of_ones_own(tmp_path_factory):
    """Databases that a developer has imported change no test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYUAN_BACKGROUNDS", str(tmp_path_factory.mktemp("backgrounds")))
        yield
