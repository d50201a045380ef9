"""Life cycle models of eILCD and TIDAS: which process supplies which.

ILCD processes name no suppliers; a model connects their instances. What is taken of a model are the
links, as the suppliers of inputs and the treatments of wastes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tanyuan.backgrounds.package import Exchange, Flow, FlowKind, Process
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.languages import Message
from tanyuan.problems import Place

_INSTANCES = "lifeCycleModelInformation/technology/processes"


class Links:
    """The links of all models of a package."""

    def __init__(self) -> None:
        self._links: set[tuple[str, str, str]] = set()

    def add(self, root: Node) -> None:
        """Take the links of a model."""
        nodes = root.node(_INSTANCES).nodes("processInstance")
        refs = [node.ref("referenceToProcess") for node in nodes]
        numbers = [node.text("@dataSetInternalID") for node in nodes]
        process_of = {
            number: ref.id for number, ref in zip(numbers, refs, strict=True) if ref is not None
        }
        for node, number in zip(nodes, numbers, strict=True):
            for output in node.node("connections").nodes("outputExchange"):
                made = output.text("@flowUUID").lower()
                for each in output.nodes("downstreamProcess"):
                    taken = each.text("@flowUUID").lower() or made
                    above = process_of.get(number, "")
                    below = process_of.get(each.text("@id"), "")
                    if above and below and taken == made:
                        self._links.add((above, made, below))
                    else:
                        root.notes.tell(
                            "model-link",
                            Act.UNLINKED,
                            f"{_INSTANCES}/processInstance/connections",
                            Message("A link between two different flows is not taken over."),
                        )

    def link(
        self,
        processes: dict[str, Process],
        flows: Mapping[str, Flow],
        report: Report,
        file: str,
    ) -> None:
        """Write suppliers and treatments into the exchanges that name none."""
        partners: dict[tuple[str, str, bool], set[str]] = {}
        for above, key, below in self._links:
            if above in processes and below in processes:
                waste = key in flows and flows[key].kind is FlowKind.WASTE
                who, partner = (above, below) if waste else (below, above)
                partners.setdefault((who, key, not waste), set()).add(partner)
        for who in sorted({key[0] for key in partners}):
            each = processes[who]
            exchanges = []
            for exchange in each.exchanges:
                found = partners.get((who, exchange.flow, exchange.is_input), set())
                if len(found) > 1 and not exchange.provider:
                    _ambiguous(report, file, each, exchange, found)
                elif found and not exchange.provider:
                    exchanges.append(replace(exchange, provider=next(iter(found))))
                    continue
                exchanges.append(exchange)
            processes[who] = replace(each, exchanges=tuple(exchanges))


def _ambiguous(
    report: Report, file: str, process: Process, exchange: Exchange, found: set[str]
) -> None:
    report.add(
        "model-suppliers",
        Act.AMBIGUOUS,
        Place(file, process.name, field=exchange.flow),
        Message("Life cycle models name several suppliers of it."),
        candidates=" ".join(sorted(found)),
    )
