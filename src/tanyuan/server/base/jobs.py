"""Long tasks: put in the queue with the change that asks for them, done by the job loop.

A task is a function registered under a name. It gets a `Progress` to tell how far it is and to
learn whether it is to stop; what it returns is the job's result. It can be repeated without harm.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import close_old_connections
from django.db.models import QuerySet
from django.utils import timezone

from tanyuan.languages import Message, in_language
from tanyuan.problems import InputError
from tanyuan.server.base.models import Job
from tanyuan.server.base.refusals import Refused
from tanyuan.server.base.shortage import shortage

log = logging.getLogger(__name__)

_POLL = 0.2
_BEAT = 10.0
# A running job of which nothing has been heard for so long has lost its process
_STALE = timedelta(seconds=90)


class Cancelled(Exception):  # noqa: N818
    """The person has asked for the job to stop."""


class Interrupted(Exception):  # noqa: N818
    """The process is about to end; the job goes back into the queue."""


class Progress:
    """How a task tells how far it is."""

    def __init__(self, job: Job, ending: threading.Event | None = None) -> None:
        self._job, self._ending = job, ending

    def tell(self, share: float, step: Message) -> None:
        """Say how much is done (0 to 1) and what is being done.

        Raises:
            Cancelled: the job is to stop.
            Interrupted: the process is.
        """
        if self._ending is not None and self._ending.is_set():
            raise Interrupted
        if Job.objects.filter(pk=self._job.pk, cancel_asked=True).exists():
            raise Cancelled
        Job.objects.filter(pk=self._job.pk).update(progress=share, step=str(step)[:200])


Task = Callable[[Job, Progress], dict[str, Any]]
_tasks: dict[str, Task] = {}


def task(name: str) -> Callable[[Task], Task]:
    """Register a task under a name."""

    def keep(function: Task) -> Task:
        _tasks[name] = function
        return function

    return keep


def enqueue(kind: str, *, owner: str, person: str, language: str, **arguments: Any) -> Job:
    """Put a task in the queue; it begins after the transaction has ended."""
    if kind not in _tasks:
        raise ValueError(f"no task is registered as {kind}")
    return Job.objects.create(
        kind=kind, owner=owner, person=person, language=language, arguments=arguments
    )


def cancel(job: Job) -> None:
    """Ask a job to stop; one that has not begun ends at once."""
    now = timezone.now()
    Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, ended_at=now
    )
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_asked=True)


def run_next() -> bool:
    """Do the oldest waiting job; whether there was one."""
    job = take_next()
    if job is not None:
        do(job)
    return job is not None


def take_next() -> Job | None:
    """The oldest waiting job, which is the caller's from now on."""
    waiting = Job.objects.filter(state=Job.State.WAITING).order_by("created_at")
    while job := waiting.first():
        now = timezone.now()
        # Whoever changes the state first has the job
        if waiting.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=now, seen_at=now):
            job.refresh_from_db()
            return job
    return None


def do(job: Job, ending: threading.Event | None = None) -> None:
    """Do a job that was taken, and write down how it ended."""
    state, result = Job.State.DONE, {}
    with in_language(job.language):
        try:
            result = _tasks[job.kind](job, Progress(job, ending))
        except Cancelled:
            state = Job.State.CANCELLED
        except Interrupted:
            _put_back(Job.objects.filter(pk=job.pk))
            return
        except InputError as error:
            state, result = Job.State.FAILED, {"problems": problem_rows(error)}
        except Refused as error:
            state, result = Job.State.FAILED, {"message": str(error)}
        except Exception as error:
            log.exception("job %s failed", job.pk)
            state = Job.State.FAILED
            message = shortage(error) or Message("Something went wrong on the server. Try again.")
            result = {"message": str(message)}
    done = {"state": state, "result": result, "ended_at": timezone.now()}
    if state == Job.State.DONE:
        done["progress"] = 1.0
    Job.objects.filter(pk=job.pk).update(**done)


def problem_rows(error: InputError) -> list[dict[str, Any]]:
    """Problems as rows that a page or program shows."""
    return [
        {
            "code": problem.code,
            "sheet": problem.place.sheet,
            "row": problem.place.row,
            "field": problem.place.field,
            "cause": str(problem.cause),
            "mend": str(problem.mend),
        }
        for problem in error.problems
    ]


def take_up_broken(*, alone: bool = False) -> None:
    """Put back in the queue what a stopped process left running.

    Args:
        alone: no other process does jobs, so that whatever is running has lost its process.
    """
    running = Job.objects.filter(state=Job.State.RUNNING)
    lost = running if alone else running.filter(seen_at__lt=timezone.now() - _STALE)
    _put_back(lost)


def _put_back(running: QuerySet[Job]) -> None:
    running.update(state=Job.State.WAITING, started_at=None, seen_at=None, progress=0.0, step="")


class JobLoop:
    """Does waiting jobs in a thread until it is stopped; a second one says that it is alive."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._job: Job | None = None
        self._worker = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._pulse = threading.Thread(target=self._beat, name="jobs-pulse", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._worker.start()
        self._pulse.start()

    def stop(self, patience: float = 10.0) -> None:
        """End: the running job goes back into the queue as soon as it says how far it is."""
        self._ending.set()
        self._worker.join(patience)

    def _work(self) -> None:
        while not self._ending.is_set():
            try:
                self._job = take_next()
                if self._job is not None:
                    do(self._job, self._ending)
            except Exception:
                log.exception("the job loop stumbled")
                self._ending.wait(_POLL)
            finally:
                close_old_connections()
            if self._job is None:
                self._ending.wait(_POLL)
            self._job = None

    def _beat(self) -> None:
        while not self._ending.wait(_BEAT):
            try:
                if (job := self._job) is not None:
                    Job.objects.filter(pk=job.pk).update(seen_at=timezone.now())
                take_up_broken()
            except Exception:
                log.exception("the pulse of the job loop stumbled")
            finally:
                close_old_connections()
