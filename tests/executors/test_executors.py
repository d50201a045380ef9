"""What holds for every executor, what for those with workers of their own, what for one."""

import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tanyuan.executors.choosing import executor
from tanyuan.executors.executor import AHEAD, LOSSES, Serial
from tanyuan.executors.processes import Processes
from tanyuan.problems import InputError
from tests.executors import pieces
from tests.executors.pieces import name


@pytest.fixture
def own_workers(chosen):
    if isinstance(chosen, Serial):
        pytest.skip("works in this process")
    return chosen


def problem_of(chosen, work, count=20):
    """What came before the error, and its problem."""
    before = []
    with pytest.raises(InputError) as caught:
        before.extend(chosen.map(work, range(count), name))
    (problem,) = caught.value.problems
    return before, problem, caught.value


def test_answers_come_in_order(chosen):
    assert list(chosen.map(pieces.squared, range(60), name)) == [n * n for n in range(60)]
    assert list(chosen.map(pieces.squared, [], name)) == []


def test_a_bounded_number_of_pieces_is_taken(chosen):
    taken = []
    endless = (taken.append(n) or n for n in itertools.count())
    answers = chosen.map(pieces.squared, endless, name)
    for number in range(30):
        assert next(answers) == number**2
        assert len(taken) <= number + 1 + AHEAD * chosen.workers
    answers.close()
    assert list(chosen.map(pieces.squared, [3], name)) == [9]


def test_an_exception_names_its_piece(chosen):
    before, problem, error = problem_of(chosen, pieces.seven_fails)
    assert problem.code == "piece-failed"
    assert problem.place.file == "piece 7"
    assert "ValueError: it is seven" in str(problem)
    assert "seven_fails" in error.__notes__[0]
    assert before == list(range(7))


def test_what_is_wrong_with_an_input_is_told_with_its_piece(chosen):
    _, problem, _ = problem_of(chosen, pieces.seven_is_refused)
    assert (problem.code, problem.place.file) == ("seven", "piece 7 · a.txt")


def test_an_exception_that_cannot_travel_is_told_all_the_same(chosen):
    _, problem, _ = problem_of(chosen, pieces.seven_cannot_travel)
    assert problem.place.file == "piece 7"
    assert "Untold" in str(problem.cause)


def test_a_piece_that_kills_its_workers_is_named(own_workers):
    _, problem, _ = problem_of(own_workers, pieces.seven_kills)
    assert (problem.code, problem.place.file) == ("worker-lost", "piece 7")
    assert list(own_workers.map(pieces.squared, range(9), name)) == [n * n for n in range(9)]


def test_what_killed_workers_lose_is_done_again(own_workers, tmp_path):
    marks = [tmp_path / str(number) for number in range(20)]
    marks[5].touch()
    found = list(own_workers.map(pieces.killed_once, map(str, marks), name))
    assert found == [mark.name for mark in marks]
    assert not list(tmp_path.iterdir())


def test_both_processes_work_at_once_and_are_kept():
    with Processes(2) as processes:
        first = set(processes.map(pieces.where, range(8), name))
        assert len(first) == 2
        assert os.getpid() not in first
        assert set(processes.map(pieces.where, range(8), name)) == first
    for process in first:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_an_answer_that_cannot_travel_is_told():
    with Processes(1) as processes:
        _, problem, _ = problem_of(processes, pieces.answer_cannot_travel, 1)
    assert problem.code == "piece-failed"


def test_a_worker_killed_between_two_maps_is_replaced():
    with Processes(1) as processes:
        (process,) = processes.map(pieces.where, [0], name)
        os.kill(process, signal.SIGKILL)
        assert list(processes.map(pieces.squared, [2, 3], name)) == [4, 9]
    assert LOSSES > 1


def test_leaving_gives_up_what_is_under_way():
    with Processes(2) as processes:
        answers = processes.map(pieces.squared_then_waits, range(9), name)
        assert next(answers) == 0
        answers.close()  # would wait for minutes otherwise
        assert list(processes.map(pieces.squared, [4], name)) == [16]


def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os, signal\n"
        "from tanyuan.executors.processes import Processes\n"
        "from tests.executors import pieces\n"
        "if __name__ == '__main__':\n"
        "    print(*Processes(1).map(pieces.where, [0], pieces.name), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # Comes back when nobody holds the output any more, the worker least of all
    done = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": os.fspath(Path(__file__).parents[2])},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.strip().isdecimal()


def test_fewer_than_one_worker_is_refused():
    with pytest.raises(InputError, match="0"):
        executor(0)


def test_a_cluster_that_is_not_there_is_told(monkeypatch):
    pytest.importorskip("distributed")
    from tanyuan.executors import cluster

    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    for address in ("tcp://127.0.0.1:9", "no address"):
        with pytest.raises(InputError) as caught:
            executor(cluster=address)
        (problem,) = caught.value.problems
        assert (problem.code, problem.place.file) == ("cluster-silent", address)


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "tanyuan.executors.cluster", None)
    with pytest.raises(InputError, match=r"tanyuan\[cluster\]"):
        executor(cluster="tcp://127.0.0.1:8786")
