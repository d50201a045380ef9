"""The catalogue of a background: what each product is, and what its figures rest on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import FlowKind, Package, Process, ProcessKind, Texts, said

_YEAR = re.compile(r"\b(19|20)\d\d\b")


class Stated(NamedTuple):
    """Kg CO2e of a kind that the source states for one unit, with its method."""

    kind: str
    value: str
    method: str


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a background.

    Attributes:
        id: of the process of the system that makes it.
        process, flow: ids in the source.
        names: of the flow, by language.
        process_names: of the process, by language.
        unit: what the figures are per one of.
        geography: code of its place.
        year: last year that the source says it stands for.
        waste: whether it is the treatment of a waste; the engine's figures are then per unit given
            off by the background, so that one unit treated causes the negative of them (`sign`).
        aggregated: whether its process holds a whole supply chain already.
        inputs: product inputs and wastes in its supply chain.
        missing: those of them that nobody supplies or treats.
        cut_offs: how many different flows these are.
        category: of the flow.
        quality: of the process, as the source writes it.
        hollow: whether its process has no inventory, so that the engine's figures say nothing.
        stated: the figures, where they are the source's own and not the engine's.
        module: part of the life cycle that stated figures are of.
    """

    id: str
    process: str
    flow: str
    names: Texts
    process_names: Texts
    unit: str
    geography: str = ""
    year: int | None = None
    waste: bool = False
    aggregated: bool = False
    inputs: int = 0
    missing: int = 0
    cut_offs: int = 0
    category: tuple[str, ...] = field(default=())
    quality: str = ""
    hollow: bool = False
    stated: tuple[Stated, ...] = ()
    module: str = ""

    @property
    def complete(self) -> bool:
        """Whether everything in its supply chain has a supplier."""
        return self.missing == 0

    @property
    def sign(self) -> int:
        """By what the engine's figures become those of one unit that is taken or treated."""
        return -1 if self.waste else 1

    @property
    def missing_share(self) -> float:
        """Share, by count, of the inputs in its supply chain that have no supplier."""
        return self.missing / self.inputs if self.inputs else 0.0

    def document(self) -> dict[str, Any]:
        """The product as a document that has a canonical JSON; what is empty is left out."""
        stated = {name: _plain(getattr(self, name)) for name in self.__slots__}
        return {key: value for key, value in stated.items() if value}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The product that a document holds."""
        stated = {"names": {}, "process_names": {}, "unit": "", **document}
        figures = tuple(Stated(*figure) for figure in stated.get("stated", ()))
        return cls(**{**stated, "category": tuple(stated.get("category", ())), "stated": figures})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


def name_of(product: Product, code: str = "") -> str:
    """The product with the process that makes it, where that says more.

    Args:
        product: of a background.
        code: of the language, by default the one in use.
    """
    flow, process = said(product.names, code), said(product.process_names, code)
    if process and flow.casefold() not in process.casefold():
        process = f"{flow}, {process}"
    name = process or flow
    return f"{name} ({product.module})" if product.module else name


def product_of(
    package: Package, measures: Measures, process: Process, flow: str, key: str, **more: Any
) -> Product:
    """The product that a process makes of a flow.

    Args:
        package: of both.
        measures: of the package.
        process: that makes it.
        flow: id of what it makes.
        key: id of the product.
        more: fields that neither says.
    """
    made = package.flows[flow]
    location = package.locations.get(process.location)
    years = [match.group() for match in _YEAR.finditer(process.valid_until)]
    return Product(
        id=key,
        process=process.id,
        flow=made.id,
        names=made.names,
        process_names=process.names,
        unit=measures.unit(made),
        geography=location.code if location else "",
        year=int(years[0]) if years else None,
        waste=made.kind is FlowKind.WASTE,
        aggregated=process.kind is ProcessKind.RESULT,
        category=made.category,
        quality=process.details.get("dqEntry", ""),
        **more,
    )
