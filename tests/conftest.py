"""For all tests."""

from __future__ import annotations

import os

import pytest
from coverage import Coverage
from hypothesis import is_hypothesis_test, settings

# Speed is measured by the benches, so no example of a property has a deadline
settings.register_profile("tanyuan", deadline=None)
settings.load_profile("tanyuan")

# Coverage follows into the processes that share out the tests; the programs that a test starts run
# as people run them
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)

# Folders whose tests share what is slow to start: each on one worker
TOGETHER = ("tests/browser/", "tests/executors/", "tests/server/web/")

# Counting lines doubles what a test takes. Not counted: properties, and what goes through the same
# lines over and over
UNCOUNTED = (
    "tests/cli/test_app.py::test_no_flipped_bit_passes",
    "tests/documents/expressions/test_fuzz.py::test_of_100000_random_texts",
    "tests/footprint/test_seal.py::test_bytes_left_out_doubled_or_put_in_are_found",
    "tests/footprint/test_seal.py::test_every_flipped_bit_of_a_sealed_file_is_found",
    "tests/formats/brightway/test_writing.py::test_ten_thousand_exchanges_in_one_process",
    "tests/formats/openlca/test_reading.py::test_a_process_with_very_many_exchanges_is_read",
    "tests/formats/sheets/test_limits.py::test_as_many_rows_as_allowed_and_one_more",
    "tests/formats/simapro/test_reading.py::test_a_hundred_thousand_exchanges_in_one_process",
    "tests/formats/test_study_package.py::test_examples_come_back_with_the_same_figures",
    "tests/formats/test_study_writer.py::test_numbers_stay_exact",
    "tests/formats/test_study_writer.py::test_text_stays_text_whatever_it_looks_like",
    "tests/lca/test_differential.py",
    "tests/lca/test_monte_carlo.py::test_factorised_samples_leave_no_error",
    "tests/lca/test_monte_carlo.py::test_samples_have_the_law_of_an_independent_sampler",
    "tests/lca/test_monte_carlo.py::test_structured_samples_are_within_the_tolerance",
    "tests/reports/test_pdf.py::test_no_character_stops_it",
    "tests/reports/test_pdf.py::test_very_long_texts_are_set_whole",
    "tests/reports/test_same_bytes.py",
    "tests/reports/test_same_content.py",
)


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    counting = Coverage.current()
    property_test = is_hypothesis_test(getattr(item, "obj", None))
    if counting is None or not (property_test or item.nodeid.startswith(UNCOUNTED)):
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()


@pytest.fixture(autouse=True, scope="session")
def no_backgrounds_of_ones_own(tmp_path_factory):
    """Databases that a developer has imported change no test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYUAN_BACKGROUNDS", str(tmp_path_factory.mktemp("backgrounds")))
        yield
