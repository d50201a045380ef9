"""Compare two products by Monte Carlo over a background: `python examples/compare.py`.

Every amount here is made up to show the calculation. The background knows four processes that feed
each other; a frame is made of new metal or of scrap. Both are calculated in the same samples: what
is uncertain for both alike (electricity, haulage) takes no part in their difference.
"""

from __future__ import annotations

import sys

import numpy as np

from tanyuan.lca.exchanges import Exchanges, Scatters
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import solve
from tanyuan.lca.system import Characterisation, system

PROCESSES = ("electricity", "haulage", "new metal", "scrap metal", "frame", "frame of scrap")
# product, process, amount (made positive, taken negative), ln(GSD); in kWh, t·km, kg and pieces
TECHNOSPHERE = [(at, at, 1.0, 0.0) for at in range(6)] + [
    (0, 1, -0.05, 0.2), (1, 0, -0.002, 0.3), (0, 2, -14.0, 0.1), (1, 2, -1.5, 0.3),
    (0, 3, -9.0, 0.4), (1, 3, -0.3, 0.3), (2, 4, -4.0, 0.05), (3, 5, -4.2, 0.05),
    (0, 4, -6.0, 0.2), (0, 5, -6.0, 0.2),
]  # fmt: skip
EMISSIONS = [(0, 0, 0.55, 0.15), (0, 1, 0.08, 0.2), (0, 2, 1.7, 0.1), (0, 3, 0.1, 0.2)]  # kg CO2e


def table(rows: list[tuple[int, int, float, float]]) -> Exchanges:
    """Exchanges with lognormal amounts."""
    row, column, amount, spread = zip(*rows, strict=True)
    return Exchanges.of(row, column, amount, Scatters.lognormal(spread))


def main() -> None:
    """Solve, sample, compare."""
    factors = Characterisation.of(["CO2e"], ["CO2e"], [0], [0], [1.0])
    solved = solve(system(PROCESSES, ["CO2e"], table(TECHNOSPHERE), table(EMISSIONS)), factors)
    samples = monte_carlo(solved, np.ones(1), seed=1).run(1000)
    drawn = {name: samples[solved.position(name)] for name in ("frame", "frame of scrap")}
    for name, values in drawn.items():
        low, high = np.quantile(values, [0.025, 0.975])
        nominal = solved.intensity(name)[0]
        sys.stdout.write(f"{name}: {nominal:.1f} kg CO2e (95 %: {low:.1f} to {high:.1f})\n")
    less = drawn["frame"] - drawn["frame of scrap"]
    low, high = np.quantile(less, [0.025, 0.975])
    sys.stdout.write(f"scrap saves {low:.1f} to {high:.1f} kg, {(less > 0).mean():.1%} above 0\n")


if __name__ == "__main__":
    main()
