"""The executor that a number of workers or the address of a cluster means."""

from __future__ import annotations

from tanyuan.executors.executor import Executor, Serial
from tanyuan.executors.processes import Processes
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse


def executor(workers: int = 1, *, cluster: str = "") -> Executor:
    """Choose this process, several processes, or a cluster.

    >>> with executor(workers=2) as chosen:  # doctest: +SKIP
    ...     outcomes = list(portfolio(files, chosen))

    Args:
        workers: processes of this machine; 1 is this process itself.
        cluster: address of a Dask scheduler instead.

    Raises:
        InputError: `workers`, fewer than one; `cluster-missing`, Dask is not installed;
            `cluster-silent`, nobody answers at the address.
    """
    if cluster:
        return _cluster(cluster)
    if workers < 1:
        raise refuse(
            "workers",
            Message("{count} workers do nothing.", count=workers),
            Message("Ask for one or more."),
            Place(field="workers"),
        )
    return Serial() if workers == 1 else Processes(workers)


def _cluster(address: str) -> Executor:
    try:
        from tanyuan.executors.cluster import Cluster  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise _missing(address) from None
    return Cluster(address)


def _missing(address: str) -> InputError:
    return refuse(
        "cluster-missing",
        Message("Dask is not installed here."),
        Message('Install it with: pip install "tanyuan[cluster]"'),
        Place(file=address),
    )
