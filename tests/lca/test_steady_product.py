"""A product to the same bits with any number of BLAS threads, and coarse numbers."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tanyuan.lca.steady_product import SteadyMatrix, coarse

SCRIPT = """
import hashlib, numpy as np
from tanyuan.lca.steady_product import SteadyMatrix
rng = np.random.default_rng(3)
for size in (40, 300, 1150):
    matrix = rng.normal(size=(size, size)).astype(np.float32)
    right = rng.normal(size=(size, 16)).astype(np.float32)
    print(hashlib.sha256(SteadyMatrix.of(matrix).times(right).tobytes()).hexdigest())
"""


@pytest.mark.parametrize("size", [1, 16, 17, 511, 513, 1100])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_it_is_the_product(size, kind):
    rng = np.random.default_rng(size)
    matrix, right = rng.normal(size=(size, size)), rng.normal(size=(size, 16))
    found = SteadyMatrix.of(matrix.astype(kind)).times(right.astype(kind))
    assert found.dtype == kind
    tolerance = 50 * np.sqrt(size + 1) * np.finfo(kind).eps
    np.testing.assert_allclose(found, matrix @ right, rtol=0, atol=tolerance)


def test_threads_of_blas_change_no_bit():
    def run(threads):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
        return subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, check=True, capture_output=True
        ).stdout

    assert run("1") == run("2") == run("3")


def test_coarse_numbers_hide_rounding():
    values = np.random.default_rng(1).normal(size=10_000) * 10.0 ** np.arange(10_000).clip(0, 9)
    assert np.abs(coarse(values) / values - 1).max() < 2.0**-12
    noisy = values * (1 + 2.0**-50)
    assert (coarse(values) == coarse(noisy)).mean() > 0.999
    assert coarse(np.zeros(1)) == 0
