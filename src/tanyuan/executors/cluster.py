"""Pieces of work on a Dask cluster (the extra `cluster`); the one module that knows Dask."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from typing import Any

from distributed import CancelledError, Client, Future, KilledWorker

from tanyuan.executors.executor import AHEAD, Executor, Failure, Found, Piece, attempt
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse

_PATIENCE = 30.0
"""Seconds in which the scheduler and a worker must answer."""
_LOOK = 5.0
"""Seconds after which it is looked whether there are workers at all."""


class Cluster(Executor):
    """The workers of a Dask scheduler; it does again what killed workers lose."""

    def __init__(self, address: str) -> None:
        """Connect.

        Args:
            address: of the scheduler, for instance tcp://10.0.0.1:8786.

        Raises:
            InputError: `cluster-silent`, there is no scheduler, or it has no worker.
        """
        self._address = address
        try:
            self._client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:  # TimeoutError is an OSError
            raise _silent(address, error) from None
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            self.close()
            raise _silent(address, error) from None
        self.workers = sum(self._client.nthreads().values())

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        self._client.close()

    def _attempts(
        self, work: Callable[[Piece], Found], pieces: Iterable[Piece]
    ) -> Generator[tuple[Piece, Any], None, None]:
        waiting: deque[tuple[Piece, Future]] = deque()
        try:
            for piece in pieces:
                waiting.append((piece, self._client.submit(attempt, work, piece, pure=False)))
                if len(waiting) >= AHEAD * self.workers:
                    yield self._first(work, waiting)
            while waiting:
                yield self._first(work, waiting)
        finally:
            self._client.cancel([future for _, future in waiting])

    def _first(
        self, work: Callable[[Piece], Found], waiting: deque[tuple[Piece, Future]]
    ) -> tuple[Piece, Any]:
        piece, future = waiting[0]
        try:
            found = self._result(future)
        except KilledWorker:
            found = self._alone(work, piece, [other for _, other in waiting if other is not future])
        waiting.popleft()
        return piece, found

    def _alone(self, work: Callable[[Piece], Found], piece: Piece, others: Iterable[Future]) -> Any:
        """What becomes of a piece with none beside it.

        Dask blames a worker's end on every piece that it held, and another may be to blame.
        """
        for other in others:
            with suppress(KilledWorker):
                self._result(other)
        try:
            return self._result(self._client.submit(attempt, work, piece, pure=False))
        except KilledWorker:
            return Failure.lost()

    def _result(self, future: Future) -> Any:
        """What became of a piece; waits as long as the cluster has workers.

        Raises:
            InputError: `cluster-lost`.
            KilledWorker: a piece ended too many of them.
        """
        silent = 0.0
        while True:
            try:
                return future.result(timeout=_LOOK)
            except TimeoutError:
                silent = 0.0 if self._client.nthreads() else silent + _LOOK
                if silent >= _PATIENCE:
                    raise self._lost() from None
            except (CancelledError, OSError):
                raise self._lost() from None
            except KilledWorker:
                raise
            except Exception as error:  # a worker that cannot load the work
                return Failure.of(error)

    def _lost(self) -> InputError:
        return refuse(
            "cluster-lost",
            Message("The Dask cluster has gone: no scheduler, or no worker, is left."),
            Message("Start it again, then repeat the calculation."),
            Place(file=self._address),
        )


def _silent(address: str, error: Exception) -> InputError:
    return refuse(
        "cluster-silent",
        Message("No Dask cluster answers: {reason}.", reason=str(error).rstrip(".")),
        Message(
            "Check the address; start one with “dask scheduler”, and workers with “dask worker "
            "ADDRESS”."
        ),
        Place(file=address),
    )
