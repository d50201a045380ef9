"""The engine where the compiler is missing, where it is not wanted, and its loops uncompiled."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import Solver
from tests.lca.made_systems import CHARACTERISATION, made

ROOT = Path(__file__).parents[2]
CLIMATE = np.array([1.0, 0.0])


def run(script, **environment):
    """What a Python of its own prints, as JSON."""
    paths = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | paths | environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


MISSING = """
import json, sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "numba":
            raise ModuleNotFoundError("No module named 'numba'", name="numba")

import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "numba" else found(name, *rest)
sys.meta_path.insert(0, Missing())

import numpy as np
from tanyuan.lca.background import freeze
from tanyuan.lca.contribution import tree
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.sensitivity import sensitivities
from tanyuan.lca.solve import solve
from tanyuan.lca.what_if import Change, WhatIf
from tests.lca.made_systems import CHARACTERISATION, made

weights = np.array([1.0, 0.0])
given = solve(made("everything", 60, 0, scattered=True).system, CHARACTERISATION)
product = given.system.processes[7]
change = Change(7, np.array([3]), np.array([-0.01]), np.zeros(2))
print(json.dumps({
    "solver": given.solver,
    "intensities": given.intensities.tolist(),
    "samples": monte_carlo(given, weights, seed=5).batch(0).tolist(),
    "tree": len(tree(given, weights, product)),
    "slopes": float(sensitivities(given, weights, {product: 1.0}).total),
    "changed": WhatIf(given).changed([change]).intensities.shape,
    "frozen": freeze(given, weights, samples=3, seed=5).samples.values.shape,
    "numba": [name for name in sys.modules if name.startswith(("numba", "llvmlite"))],
}))
"""


def test_without_a_compiler_superlu_gives_the_same_figures():
    found = run(MISSING)
    assert found["solver"] == Solver.SUPERLU
    assert found["numba"] == []
    here = solve(made("everything", 60, 0, scattered=True).system, CHARACTERISATION)
    assert here.solver is Solver.STRUCTURE
    for ours, theirs in zip(here.intensities.ravel(), np.ravel(found["intensities"]), strict=True):
        assert f"{ours:.8e}" == f"{theirs:.8e}"
    drawn = monte_carlo(here, CLIMATE, seed=5, tolerance=1e-9).batch(0)
    theirs = np.array(found["samples"])
    assert np.abs(drawn - theirs).max() <= 1e-8 * np.abs(theirs).max()
    assert found["frozen"] == [60, 3]
    assert found["changed"] == [60, 2]


FOREGROUND = """
import json, sys
import numpy as np
from tanyuan.lca.background import Background, Samples
from tanyuan.lca.exchanges import Exchanges, Scatters
from tanyuan.lca.linked import Linked

stored = Samples(1, np.ones(1), np.full((1, 16), 0.5, np.float32))
background = Background(("power",), ("CO2",), np.array([[0.5]]), stored)
scatter = Scatters.lognormal([0.1])
own, taken, caused = (
    Exchanges.of([0], [0], [amount], scatter, [key]) for key, amount in enumerate([2.0, -3.0, 1.0])
)
product = Linked(own, taken, caused)
print(json.dumps({
    "intensity": product.intensities(background).tolist(),
    "samples": product.sampled(background, 1, 16).shape,
    "numba": "numba" in sys.modules,
}))
"""


def test_a_product_over_a_background_waits_for_no_compiler():
    assert run(FOREGROUND) == {"intensity": [[1.25]], "samples": [1, 16], "numba": False}


UNCOMPILED = """
import json
import numpy as np
import numba
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import Solver
from tests.lca.made_systems import CHARACTERISATION, FACTORS, made

assert numba.config.DISABLE_JIT
weights = np.array([1.0, 0.0])
found = {}
for kind, n in (("everything", 12), ("nested", 6), ("acyclic", 8)):
    given = solve(made(kind, n, 3, scattered=True).system, CHARACTERISATION, Solver.STRUCTURE)
    model = monte_carlo(given, weights, seed=5, tolerance=1e-9)
    supply = given.supply({given.system.processes[0]: 1.0})
    one = given.factorised.solve_transposed(given.direct[:, 0])
    both = given.factorised.solve(given.direct)
    parts = [given.intensities, supply, one, both, model.batch(2)]
    found[f"{kind} {n}"] = [part.tolist() for part in parts]
print(json.dumps(found))
"""


def test_the_loops_do_the_same_uncompiled_and_stay_inside_their_arrays():
    """numba checks no bounds, numpy does."""
    for name, parts in run(UNCOMPILED, NUMBA_DISABLE_JIT="1").items():
        kind, n = name.split()
        given = solve(made(kind, int(n), 3, scattered=True).system, CHARACTERISATION)
        expected = [
            given.intensities,
            given.supply({given.system.processes[0]: 1.0}),
            given.factorised.solve_transposed(given.direct[:, 0]),
            given.factorised.solve(given.direct),
            monte_carlo(given, CLIMATE, seed=5, tolerance=1e-9).batch(2),
        ]
        for found, right in zip(parts, expected, strict=True):
            scale = np.abs(right).max()
            assert np.abs(np.array(found) - right).max() <= 1e-11 * scale
