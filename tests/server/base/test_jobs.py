"""Jobs run once, tell how far they are, stop when asked, and fail readably."""

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


def test_what_a_stopped_process_left_is_taken_up(db, monkeypatch):
    monkeypatch.setitem(jobs._tasks, "test.task", lambda job, progress: {})
    job = jobs.enqueue("test.task", owner="o", person="p", language="en")
    long_ago = timezone.now() - timedelta(hours=2)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=long_ago)
    jobs.take_up_broken()
    assert jobs.run_next()
    job.refresh_from_db()
    assert job.state == Job.State.DONE
