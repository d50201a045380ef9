"""Ctrl-C ends a command, also where Python drops the exception."""

import subprocess
import sys

DROPPED = """
import os, signal, sys
import tanyuan.cli, tanyuan.cli.app

class Closing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)

def command():
    Closing()
    print("went on", flush=True)
    tanyuan.cli.end_if_interrupted()
    print("served", flush=True)

tanyuan.cli.app.main = command
tanyuan.cli.main()
"""


def run(script, **options):
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def test_one_that_meets_a_destructor_is_obeyed_later():
    done = run(DROPPED)
    assert (done.returncode, done.stdout) == (130, "went on\n")
