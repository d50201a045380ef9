"""The catalogue of a background: what each product is, and what its figures rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from tanyuan.backgrounds.package import Texts


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
        stated = {
            "id": self.id,
            "process": self.process,
            "flow": self.flow,
            "names": dict(self.names),
            "process_names": dict(self.process_names),
            "unit": self.unit,
            "geography": self.geography,
            "year": self.year,
            "waste": self.waste,
            "aggregated": self.aggregated,
            "inputs": self.inputs,
            "missing": self.missing,
            "cut_offs": self.cut_offs,
            "category": list(self.category),
        }
        return {key: value for key, value in stated.items() if value}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The product that a document holds."""
        stated = {"names": {}, "process_names": {}, "unit": "", **document}
        return cls(**{**stated, "category": tuple(stated.get("category", ()))})
