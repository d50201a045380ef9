"""Jobs run once, tell how far they are, stop when asked, and fail readably."""

import errno
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from tanyuan.languages import Message
from tanyuan.problems import Place, refuse
from tanyuan.server.base import jobs
from tanyuan.server.base.models import Job
from tanyuan.server.base.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """Enqueue a function as a job, do what is waiting, give the job back."""

    def do(function, **arguments):
        monkeypatch.setitem(jobs._tasks, "test.task", function)
        job = jobs.enqueue("test.task", owner="o", person="p", language="en", **arguments)
        while jobs.run_next():
            pass
        job.refresh_from_db()
        return job

    return do


def test_a_job_is_done_with_its_result(run):
    job = run(lambda job, progress: {"sum": job.arguments["a"] + 1}, a=2)
    assert (job.state, job.result, job.progress) == (Job.State.DONE, {"sum": 3}, 1.0)
    assert job.started_at
    assert job.ended_at
    assert not job.is_open


def test_problems_of_an_input_are_kept_with_their_places(run):
    def fail(job, progress):
        raise refuse("x", Message("cause"), Message("mend"), Place("f", "Lines", 7, "Unit"))

    job = run(fail)
    assert job.state == Job.State.FAILED
    assert job.result["problems"] == [
        {
            "code": "x",
            "sheet": "Lines",
            "row": 7,
            "field": "Unit",
            "cause": "cause",
            "mend": "mend",
        }
    ]


def test_a_refusal_is_kept_as_its_sentence(run):
    def fail(job, progress):
        raise Refused(Message("not now"))

    assert run(fail).result == {"message": "not now"}


def test_a_crash_tells_nothing_of_the_inside(run):
    job = run(lambda job, progress: 1 / 0)
    assert job.state == Job.State.FAILED
    assert "division" not in job.result["message"]


def test_a_waiting_job_is_cancelled_at_once(db, monkeypatch):
    monkeypatch.setitem(jobs._tasks, "test.task", lambda job, progress: {})
    job = jobs.enqueue("test.task", owner="o", person="p", language="en")
    jobs.cancel(job)
    assert not jobs.run_next()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_running_job_stops_at_its_next_word(run):
    def work(job, progress):
        progress.tell(0.2, Message("first"))
        jobs.cancel(job)
        progress.tell(0.4, Message("second"))
        return {}

    job = run(work)
    assert (job.state, job.progress) == (Job.State.CANCELLED, 0.2)


def test_the_step_is_told_in_the_persons_language(db, monkeypatch):
    monkeypatch.setitem(
        jobs._tasks, "test.task", lambda job, p: p.tell(0.5, Message("complete")) or {}
    )
    job = jobs.enqueue("test.task", owner="o", person="p", language="zh")
    jobs.run_next()
    job.refresh_from_db()
    assert job.step == "完整"


def test_an_unknown_task_cannot_be_enqueued(db):
    with pytest.raises(ValueError, match="no task"):
        jobs.enqueue("nothing", owner="o", person="p", language="en")


@pytest.fixture
def running(db, monkeypatch):
    """A job that some process does."""
    monkeypatch.setitem(jobs._tasks, "test.task", lambda job, progress: {})
    jobs.enqueue("test.task", owner="o", person="p", language="en")
    return jobs.take_next()


def test_what_a_stopped_process_left_is_taken_up(running):
    jobs.take_up_broken()
    assert not jobs.run_next()  # it has just begun; its process may be well
    Job.objects.update(seen_at=timezone.now() - timedelta(minutes=3))
    jobs.take_up_broken()
    assert jobs.run_next()
    running.refresh_from_db()
    assert running.state == Job.State.DONE


def test_the_only_process_takes_up_at_once_what_the_last_one_left(running):
    jobs.take_up_broken(alone=True)
    assert jobs.run_next()
    running.refresh_from_db()
    assert running.state == Job.State.DONE


def test_a_job_goes_back_into_the_queue_when_the_process_ends(running, monkeypatch):
    ending = threading.Event()
    told = []

    def work(job, progress):
        progress.tell(0.5, Message("complete"))
        told.append(job.pk)
        if len(told) == 1:
            ending.set()
            progress.tell(0.6, Message("complete"))
        return {}

    monkeypatch.setitem(jobs._tasks, "test.task", work)
    jobs.do(running, ending)
    running.refresh_from_db()
    assert (running.state, running.progress, running.step) == (Job.State.WAITING, 0.0, "")
    assert jobs.run_next()
    running.refresh_from_db()
    assert running.state == Job.State.DONE


def test_a_full_disk_is_told_as_that(run):
    def fail(job, progress):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "disk is full" in run(fail).result["message"]
