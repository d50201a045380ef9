import pytest

from tanyuan.executors.choosing import executor


@pytest.fixture(scope="package")
def scheduler():
    """Address of a small cluster: a scheduler and two worker processes."""
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    patience = {
        "distributed.scheduler.allowed-failures": 1,
        "distributed.deploy.lost-worker-timeout": "1h",  # of the local cluster, not of a real one
        "distributed.worker.profile.enabled": False,  # it never rests
    }
    with (
        dask.config.set(patience),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture(scope="package", params=["serial", "processes", "cluster"])
def chosen(request):
    """Each kind of executor."""
    if request.param == "cluster":
        with executor(cluster=request.getfixturevalue("scheduler")) as cluster:
            yield cluster
    else:
        with executor(2 if request.param == "processes" else 1) as processes:
            yield processes
