"""Long tasks: put in the queue with the change that asks for them, done by the job loop.

A task is a function registered under a name. It gets a `Progress` to tell how far it is and to
learn whether it is to stop; what it returns is the job's result. It can be repeated without harm.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import close_old_connections
from django.utils import timezone

from tanyuan.languages import Message, in_language
from tanyuan.problems import InputError
from tanyuan.server.base.models import Job
from tanyuan.server.base.refusals import Refused

log = logging.getLogger(__name__)

_POLL = 0.2
_STALE_MINUTES = 30


class Cancelled(Exception):  # noqa: N818
    """The person has asked for the job to stop."""


class Progress:
    """How a task tells how far it is."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def tell(self, share: float, step: Message) -> None:
        """Say how much is done (0 to 1) and what is being done.

        Raises:
            Cancelled: the job is to stop.
        """
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
    job = Job.objects.filter(state=Job.State.WAITING).order_by("created_at").first()
    if job is None:
        return False
    # Whoever changes the state first has the job
    taken = Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=timezone.now()
    )
    if taken:
        job.refresh_from_db()
        _run(job)
    return True


def _run(job: Job) -> None:
    state, result = Job.State.DONE, {}
    with in_language(job.language):
        try:
            result = _tasks[job.kind](job, Progress(job))
        except Cancelled:
            state = Job.State.CANCELLED
        except InputError as error:
            state, result = Job.State.FAILED, {"problems": problem_rows(error)}
        except Refused as error:
            state, result = Job.State.FAILED, {"message": str(error)}
        except Exception:
            log.exception("job %s failed", job.pk)
            state = Job.State.FAILED
            result = {"message": str(Message("Something went wrong on the server. Try again."))}
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


def take_up_broken() -> None:
    """Put back in the queue what a stopped process left running."""
    border = timezone.now() - timedelta(minutes=_STALE_MINUTES)
    Job.objects.filter(state=Job.State.RUNNING, started_at__lt=border).update(
        state=Job.State.WAITING, started_at=None, progress=0.0
    )


class JobLoop:
    """Does waiting jobs in a thread until it is stopped."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, patience: float = 10.0) -> None:
        """Finish the running job and end."""
        self._stop.set()
        self._thread.join(patience)

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                busy = run_next()
            except Exception:
                log.exception("the job loop stumbled")
                busy = False
            finally:
                close_old_connections()
            if not busy:
                time.sleep(_POLL)
