"""A system solved once: what every product causes, by column of the characterisation.

The intensities y = A⁻ᵀ h of all n products come from one transposed solution (the dual, or price,
system of input-output analysis; Heijungs & Suh 2002, chapter 6, use it for sensitivities). A
forward solution is made only where someone asks how often processes run.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanyuan.languages import Message
from tanyuan.lca.productivity import unproductive_loop
from tanyuan.lca.solver import (
    Factorisation,
    SingularSystemError,
    Solver,
    factorise,
    installed_solver,
)
from tanyuan.lca.system import Characterisation, System, direct
from tanyuan.problems import InputError, Place, refuse

Floats = NDArray[np.float64]
Demand = Mapping[str, float]
"""Amounts of products by the id of their process."""


@dataclass(frozen=True, eq=False)
class Solved:
    """A system, factorised, with the intensities of all its products.

    Attributes:
        system: as it was solved.
        characterisation: what elementary flows count.
        solver: how it was factorised.
        factorised: its technosphere matrix.
        direct: (n, k) what one run of each process causes itself.
        intensities: (n, k) what one unit of each product causes in all.
    """

    system: System
    characterisation: Characterisation
    solver: Solver
    factorised: Factorisation
    direct: Floats
    intensities: Floats

    @cached_property
    def matrix(self) -> Any:
        """The technosphere matrix, (n, n) in compressed columns."""
        return self.system.matrix()

    @cached_property
    def interventions(self) -> Any:
        """The intervention matrix, (flows, n) in compressed columns, read-only."""
        found = self.system.intervention_matrix()
        for part in (found.data, found.indices, found.indptr):
            part.flags.writeable = False
        return found

    def position(self, process: str) -> int:
        """Where a process stands.

        Raises:
            InputError: the system has no such process.
        """
        processes = self.system.processes
        found = bisect_left(processes, process)  # they stand in order
        if found == len(processes) or processes[found] != process:
            raise refuse(
                "unknown-process",
                Message("There is no process {process}.", process=process),
                Message("Search the processes of this background for the one you mean."),
            )
        return found

    def intensity(self, process: str) -> Floats:
        """What one unit of a process's product causes, (k,)."""
        return np.asarray(self.intensities[self.position(process)])

    def total(self, demand: Demand) -> Floats:
        """What a demand causes, (k,); no solution is made."""
        total = np.zeros(self.intensities.shape[1])
        for position, amount in self._asked(demand):
            total += amount * self.intensities[position]
        return total

    def supply(self, demand: Demand) -> Floats:
        """How often each process runs for a demand, (n,)."""
        right = np.zeros(self.system.size)
        for position, amount in self._asked(demand):
            right[position] += amount
        try:
            return self.factorised.solve(right)
        except SingularSystemError:
            # Only the transposed system was tried when this was factorised
            return factorise(self.matrix, Solver.SUPERLU).solve(right)

    def inventory(self, demand: Demand) -> Floats:
        """Elementary flows that a demand causes, (flows,)."""
        return np.asarray(self.interventions @ self.supply(demand))

    def inventory_by_process(self, supply: Floats) -> Any:
        """Elementary flows by process, (flows, n) in compressed columns, where each runs so often.

        Its indices are those of `interventions`: change a copy.

        Raises:
            ValueError: `supply` is not (n,).
        """
        from scipy.sparse import csc_array  # noqa: PLC0415 - loads only where it is needed

        each = self.interventions
        if supply.shape != (self.system.size,):  # compiled loops do not look where they read
            raise ValueError(f"supply: {supply.shape} for {self.system.size} processes")
        if self.solver is Solver.STRUCTURE:
            from tanyuan.lca.kernels import scaled  # noqa: PLC0415 - numba is an extra

            caused = np.empty_like(each.data)
            scaled(self._processes, each.data, supply, caused)
        else:
            caused = supply[self._processes] * each.data
        return csc_array((caused, each.indices, each.indptr), each.shape)

    @cached_property
    def _processes(self) -> NDArray[np.uint32]:
        """Of each entry of the intervention matrix."""
        counts = np.diff(self.interventions.indptr)
        return np.repeat(np.arange(len(counts), dtype=np.uint32), counts)

    def _asked(self, demand: Demand) -> Iterator[tuple[int, float]]:
        for process, amount in demand.items():
            if not math.isfinite(amount):
                raise refuse(
                    "demand-not-finite",
                    Message(
                        "The demand for {process} is {amount}.", process=process, amount=amount
                    ),
                    Message("Ask for a finite amount."),
                )
            yield self.position(process), amount


def solve(
    system: System, characterisation: Characterisation, solver: Solver | None = None
) -> Solved:
    """Factorise a system and find what every product causes.

    Args:
        system: a checked system.
        characterisation: what its elementary flows count.
        solver: by default the one that is installed; both agree to nine digits.

    Raises:
        InputError: `not-productive`, the processes of a loop need as much of their products as they
            make, or more; `no-solution`, the amounts are too far apart for double precision.
    """
    chosen = installed_solver() if solver is None else solver
    matrix = system.matrix()
    own = direct(system, characterisation)
    try:
        factorised = factorise(matrix, chosen)
        loop = unproductive_loop(matrix, factorised)
        if not loop:
            intensities = factorised.solve_transposed(own)
            return Solved(system, characterisation, chosen, factorised, own, intensities)
    except SingularSystemError as error:
        loop = unproductive_loop(matrix, None)
        if not loop and chosen is not Solver.SUPERLU:
            return solve(system, characterisation, Solver.SUPERLU)
        if not loop:
            raise _unsolved(system, error.rows) from None
    raise unproductive(system, loop)


def unproductive(system: System, loop: tuple[int, ...]) -> InputError:
    """The error for a loop whose processes use up what they make."""
    names = _labels(system, loop)
    return refuse(
        "not-productive",
        Message(
            "These processes use up all that they make of each other's products: {loop}.",
            loop=" → ".join([*names, names[0]]),
        ),
        Message("Check the amounts along this loop, their units and the product of each process."),
        Place(sheet="technosphere"),
    )


def _unsolved(system: System, rows: tuple[int, ...]) -> InputError:
    return refuse(
        "no-solution",
        Message(
            "The amounts of these processes have no single, finite solution: {processes}.",
            processes=", ".join(_labels(system, rows or range(system.size))),
        ),
        Message("Check their amounts and units, and those of the processes that they take from."),
        Place(sheet="technosphere"),
    )


def _labels(system: System, processes: Sequence[int]) -> list[str]:
    names = [system.label(process) for process in processes[:_NAMED]]
    return [*names, "…"] if len(processes) > _NAMED else names


_NAMED = 8
