"""What a cluster does when Dask blames a piece for the end of its workers."""

import pytest

from tanyuan.executors.executor import attempt
from tests.executors.pieces import squared

distributed = pytest.importorskip("distributed")


class Told:
    """A future whose result is known."""

    def __init__(self, found):
        self._found = found

    def result(self, timeout):
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


class Blaming:
    """A client whose cluster loses each of some pieces a number of times."""

    def __init__(self, losses):
        self._losses = losses

    def submit(self, work, own, piece, pure):
        left = self._losses.get(piece, 0)
        self._losses[piece] = left - 1
        lost = distributed.KilledWorker(str(piece), None, 1)
        return Told(lost if left > 0 else work(own, piece))

    def cancel(self, futures):
        assert all(isinstance(each, Told) for each in futures)


@pytest.fixture
def cluster():
    from tanyuan.executors.cluster import Cluster

    made = Cluster.__new__(Cluster)
    made._address, made.workers = "tcp://nowhere", 2
    return made


def found(cluster, losses):
    cluster._client = Blaming(losses)
    return dict(cluster._attempts(squared, range(9)))


def test_a_piece_that_was_only_beside_another_is_done_again(cluster):
    assert found(cluster, {5: 1, 6: 1}) == {n: attempt(squared, n) for n in range(9)}


def test_a_piece_that_ends_workers_alone_is_lost(cluster):
    answers = found(cluster, {5: 1, 7: 2})
    assert answers.pop(7).problems[0].code == "worker-lost"
    assert answers == {n: n * n for n in range(9) if n != 7}
