"""Datasets that state results instead of an inventory, as environmental product declarations do.

Of each declared module, scenario and method its global warming potential is taken, in kg CO2e per
reference unit of the product. Fossil, biogenic and land use are kept apart where together they are
the stated total, to the last digits that the parts are printed with; else the total stands alone.
What the set of warming potentials was is the method's name, as far as the source says it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from tanyuan.backgrounds.indicators import GwpPart, gwp_indicators
from tanyuan.backgrounds.linking import Link
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import Package, Process
from tanyuan.backgrounds.products import Product, Stated, product_of
from tanyuan.backgrounds.report import Act, Report
from tanyuan.gases import EmissionKind
from tanyuan.languages import Message
from tanyuan.problems import Place

_KINDS = {
    GwpPart.FOSSIL: EmissionKind.FOSSIL,
    GwpPart.BIOGENIC: EmissionKind.BIOGENIC,
    GwpPart.LAND_USE: EmissionKind.DLUC,
}
_ROUNDING = Decimal("0.01")
"""Share of the sum of sizes by which rounded parts may miss a rounded total."""


def has_only_results(process: Process) -> bool:
    """Whether a process states results and exchanges nothing but its product."""
    others = [one for one in process.exchanges if one.number != process.reference]
    return bool(process.results) and not others


def stated_products(package: Package, measures: Measures, report: Report) -> tuple[Product, ...]:
    """The products whose figures the source states, one for each module, scenario and method."""
    found: list[Product] = []
    for process in filter(has_only_results, package.processes.values()):
        products = tuple(_of_process(package, measures, process))
        found += products
        if not products:
            report.add(
                "no-warming-potential",
                Act.UNMAPPED,
                Place(sheet=process.name, field=process.id),
                Message("It states results, but no total of global warming potential among them."),
                Message("Its product is not offered as a factor; state the figure in the study."),
            )
    return tuple(found)


def tell_suppliers(package: Package, links: Iterable[Link], report: Report) -> None:
    """Report the suppliers whose inventory is not stated, so that what they cause is not known."""
    taken = Counter(link.provider for link in links if link.provider)
    for provider, count in sorted(taken.items()):
        process = package.processes[provider]
        if has_only_results(process):
            report.add(
                "supplier-states-results",
                Act.UNLINKED,
                Place(sheet=process.name, field=process.id),
                Message(
                    "It states results and no inventory; inputs that take its product: {count}.",
                    count=count,
                ),
                Message(
                    "They count as inputs without supplier; name another in the profile, or take "
                    "its stated figure in the study."
                ),
                count=str(count),
            )


def _of_process(package: Package, measures: Measures, process: Process) -> Iterator[Product]:
    exchange = next((e for e in process.exchanges if e.number == process.reference), None)
    if exchange is None or not exchange.amount:
        return
    per = Decimal(repr(measures.amount(exchange, float(exchange.amount))))
    groups: dict[tuple[str, str, str], dict[GwpPart, Decimal]] = {}
    for result in process.results:
        indicator = gwp_indicators().get(result.indicator)
        if indicator is not None and indicator.part is not GwpPart.WITHOUT_BIOGENIC:
            key = result.module, result.scenario, indicator.method
            groups.setdefault(key, {})[indicator.part] = result.amount / per
    several = len({method for _, _, method in groups}) > 1
    for (module, scenario, method), parts in sorted(groups.items()):
        stated = _stated(parts, method)
        if stated:
            marks = [module, scenario, method if several else ""]
            id_ = ":".join([process.id, *filter(None, marks)])
            yield product_of(
                package, measures, process, exchange.flow, id_,
                stated=stated, module=", ".join(filter(None, (module, scenario))),
            )  # fmt: skip


def _stated(parts: Mapping[GwpPart, Decimal], method: str) -> tuple[Stated, ...]:
    total = parts.get(GwpPart.TOTAL)
    split = {kind: parts[part] for part, kind in _KINDS.items() if part in parts}
    size = sum(map(abs, split.values()), Decimal(0))
    whole = sum(split.values(), Decimal(0))
    if split and total is not None and abs(whole - total) <= _ROUNDING * max(size, abs(total)):
        return tuple(Stated(str(kind), f"{value:f}", method) for kind, value in split.items())
    if total is None:
        return ()
    return (Stated(str(EmissionKind.UNSPECIFIED), f"{total:f}", method),)
