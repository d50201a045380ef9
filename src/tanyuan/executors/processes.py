"""Pieces of work in processes of this machine.

Every worker is a fresh interpreter (spawned, as on all systems alike) that holds one piece at a
time, so that what a killed worker loses is known and is all that is done again.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from typing import Any

from tanyuan.executors.executor import AHEAD, LOSSES, Executor, Failure, Found, Piece, attempt

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Processes(Executor):
    """Worker processes, started when they are first needed and kept until `close`."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._idle: list[_Worker] = []

    def close(self) -> None:
        """End the workers."""
        while self._idle:
            self._idle.pop().end()

    def _attempts(
        self, work: Callable[[Piece], Found], pieces: Iterable[Piece]
    ) -> Generator[tuple[Piece, Any], None, None]:
        todo = map(_Task, pieces)
        again: deque[_Task] = deque()
        order: deque[_Task] = deque()  # begun and not yet answered
        busy: dict[_Worker, _Task] = {}
        try:
            while True:
                while len(busy) < self.workers:
                    if again:
                        task = again.popleft()
                    elif len(order) < AHEAD * self.workers and (new := next(todo, None)):
                        order.append(task := new)
                    else:
                        break
                    worker = self._idle.pop() if self._idle else _Worker()
                    busy[worker] = task
                    worker.give(work, task.piece)
                if order and order[0].done:
                    first = order.popleft()
                    yield first.piece, first.found
                elif busy:
                    for worker in _ready(busy):
                        task = busy.pop(worker)
                        if not self._take(worker, task):
                            again.append(task)
                else:
                    return
        finally:
            for worker in busy:
                worker.end()

    def _take(self, worker: _Worker, task: _Task) -> bool:
        """Take what a worker answers; false where it ended and the piece must be done again."""
        try:
            task.found = worker.answer()
        except (EOFError, OSError):
            worker.end()
            task.losses += 1
            if task.losses < LOSSES:
                return False
            task.found = Failure.lost()
        else:
            self._idle.append(worker)
        task.done = True
        return True


@dataclass(eq=False)
class _Task:
    piece: Any
    found: Any = None
    done: bool = False
    losses: int = 0


class _Worker:
    """A process and the pipe to it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # so that its end is seen here

    def give(self, work: Callable[[Any], Any], piece: Any) -> None:
        """Hand over a piece; a worker that has ended is found when its answer is taken."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send_bytes(pickle.dumps((work, piece), pickle.HIGHEST_PROTOCOL))

    def answer(self) -> Any:
        """What became of the piece.

        Raises:
            EOFError, OSError: the worker ended.
        """
        return pickle.loads(self.pipe.recv_bytes())  # noqa: S301 - from our own process

    def end(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _ready(busy: Iterable[_Worker]) -> list[_Worker]:
    pipes = {worker.pipe: worker for worker in busy}
    return [pipes[pipe] for pipe in connection.wait(pipes) if pipe in pipes]


def _serve(pipe: connection.Connection) -> None:
    """What a worker does until its parent ends or closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")  # the processes share the cores already
    with suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_answer(pipe.recv_bytes()))


def _answer(given: bytes) -> bytes:
    try:
        work, piece = pickle.loads(given)  # noqa: S301 - from our own parent
        return pickle.dumps(attempt(work, piece), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # a piece or an answer that cannot travel
        return pickle.dumps(Failure.of(error), pickle.HIGHEST_PROTOCOL)
