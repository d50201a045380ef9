"""How large a background is, and how much of what it takes it knows."""

from __future__ import annotations

from dataclasses import dataclass

from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.linking import AMBIGUOUS


@dataclass(frozen=True, slots=True)
class Extent:
    """Counts of a background that people ask for first.

    Attributes:
        processes: of the source.
        products: whose figures are calculated.
        stated: products whose figures the source states.
        complete: products without a cut-off in their supply chain.
        exchanges: between processes, each process with its own product among them.
        interventions: exchanges with nature.
        inputs: product inputs and wastes of all processes.
        linked: those of them that have a supplier or a treatment.
        chosen: those of them for which one of several suppliers was chosen by a rule.
        gases: share, by count, of the climate-relevant exchanges with nature that have a gas.
    """

    processes: int
    products: int
    stated: int
    complete: int
    exchanges: int
    interventions: int
    inputs: int
    linked: int
    chosen: int
    gases: float

    @property
    def linked_share(self) -> float | None:
        """Share, by count, of the inputs that have a supplier; none where there is no input."""
        return self.linked / self.inputs if self.inputs else None


def extent_of(entry: Entry) -> Extent:
    """The counts of a background."""
    summary = entry.about["summary"]
    links: dict[str, int] = summary["links"]
    inputs = sum(links.values())
    return Extent(
        processes=len({product.process for product in (*entry.products, *entry.stated)}),
        products=summary["products"],
        stated=summary.get("stated", 0),
        complete=summary["complete"],
        exchanges=summary["exchanges"],
        interventions=summary["interventions"],
        inputs=inputs,
        linked=inputs - links.get("cut-off", 0),
        chosen=sum(links.get(rule.value, 0) for rule in AMBIGUOUS),
        gases=float(summary["gases"]["coverage"]),
    )
