"""From a package to a solved background: formulas, units, suppliers, shares, gases, solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanyuan.backgrounds.allocating import allocated, tell_unused
from tanyuan.backgrounds.assembling import Assembled, assembled
from tanyuan.backgrounds.cut_offs import COLUMN, cut_offs
from tanyuan.backgrounds.elementary import Gases, find_gases
from tanyuan.backgrounds.formulas import calculated
from tanyuan.backgrounds.linking import Link, linked, with_wastes
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import Package
from tanyuan.backgrounds.products import Product, product_of
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.backgrounds.stated import has_only_results, stated_products, tell_suppliers
from tanyuan.languages import Message
from tanyuan.lca.solve import Solved, solve
from tanyuan.lca.system import Characterisation, System

Progress = Callable[[float, Message], None]


@dataclass(frozen=True, eq=False)
class Built:
    """A background as it was made from a package.

    Attributes:
        solved: the system with the intensities of all products, by gas and kind; the last columns
            are what is cut off, by unit.
        products: in the order of the system.
        stated: products whose figures the source states.
        gases: what its elementary flows count as.
        links: the supplier of every input.
    """

    solved: Solved
    products: Sequence[Product]
    stated: Sequence[Product]
    gases: Gases
    links: Sequence[Link]

    def summary(self) -> dict[str, Any]:
        """Counts that people ask for first."""
        rules: dict[str, int] = {}
        for link in self.links:
            name = "cut-off" if link.rule is None else link.rule.value
            rules[name] = rules.get(name, 0) + 1
        return {
            "products": len(self.products),
            **({"stated": len(self.stated)} if self.stated else {}),
            "exchanges": len(self.solved.system.technosphere),
            "interventions": len(self.solved.system.interventions),
            "links": dict(sorted(rules.items())),
            "complete": sum(product.complete for product in self.products),
            "gases": {
                "assigned": len(self.gases.assigned),
                "open": len(self.gases.open),
                "outside": len(self.gases.outside),
                "coverage": f"{self.gases.coverage:.6f}",
            },
        }


def build(
    package: Package, profile: Profile, report: Report, progress: Progress | None = None
) -> Built:
    """Link, allocate and solve a package.

    Args:
        package: as it was read, and checked by `tanyuan.backgrounds.checking`.
        profile: the importer's choices.
        report: takes everything that is not as it was in the source.
        progress: is told how far it is.

    Raises:
        InputError: `allocation-undecided`, or what the engine finds wrong with the system, such as
            `not-productive`.
    """
    tell = progress or (lambda _done, _what: None)
    tell(0.0, Message("Evaluating formulas"))
    package = calculated(with_wastes(package, profile), report)
    measures = Measures(package)
    tell(0.1, Message("Linking suppliers"))
    links = linked(package, profile, report)
    tell_suppliers(package, links.values(), report)
    tell(0.3, Message("Allocating"))
    outputs = allocated(package, measures, profile, report)
    tell_unused(package, outputs, links.values(), report)
    made = assembled(package, measures, outputs, links, report)
    measures.tell(report)
    tell(0.6, Message("Assigning gases"))
    gases = find_gases(package, measures, report)
    system = made.inventory.system()
    tell(0.8, Message("Solving"))
    solved = solve(system, _characterisation(package, measures, made, gases, system))
    products = _products(package, measures, made, system)
    stated = stated_products(package, measures, report)
    return Built(solved, products, stated, gases, tuple(links.values()))


def _characterisation(
    package: Package, measures: Measures, made: Assembled, gases: Gases, system: System
) -> Characterisation:
    used = set(system.flows)
    entries = [(one.flow, one.column, one.factor) for one in gases.assigned if one.flow in used]
    units = {key: measures.unit(package.flows[flow]) for key, flow in made.cut_offs.items()}
    columns = [
        *sorted({column for _, column, _ in entries}),
        *(f"{COLUMN}{unit}" for unit in sorted(set(units.values()))),
    ]
    entries += [(key, f"{COLUMN}{unit}", 1.0) for key, unit in sorted(units.items())]
    rows = list(dict.fromkeys(flow for flow, _, _ in entries))
    row_of = {flow: row for row, flow in enumerate(rows)}
    column_of = {column: place for place, column in enumerate(columns)}
    return Characterisation.of(
        columns,
        rows,
        np.array([row_of[flow] for flow, _, _ in entries], np.int32),
        np.array([column_of[column] for _, column, _ in entries], np.int32),
        np.array([factor for _, _, factor in entries], np.float64),
    )


def _products(
    package: Package, measures: Measures, made: Assembled, system: System
) -> tuple[Product, ...]:
    processes = [package.processes[made.origin[key][0]] for key in system.processes]
    hollow = [has_only_results(process) for process in processes]
    rests = cut_offs(system, made.cut_offs, np.array(hollow, bool))
    found = []
    for place, key in enumerate(system.processes):
        found.append(
            product_of(
                package,
                measures,
                processes[place],
                made.origin[key][1],
                key,
                inputs=int(rests.inputs[place]),
                missing=int(rests.missing[place]),
                cut_offs=int(rests.names[place]),
                hollow=hollow[place],
            )
        )
    return tuple(found)
