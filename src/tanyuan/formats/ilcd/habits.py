"""Habits of a whole package that data sets do not tell, but that make it the same when read again.

ILCD amounts are in the reference unit of their flow: whether a package names that unit at every
exchange cannot be seen. Its texts have a language: that it was guessed cannot be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from tanyuan.backgrounds.package import (
    UNDETERMINED,
    Entry,
    Exchange,
    Flow,
    Package,
    Process,
    Property,
    UnitGroup,
)


@dataclass(frozen=True, slots=True)
class Habits:
    """What most of a package does.

    Attributes:
        guessed: its texts have no language.
        explicit: its exchanges name unit and property where these are the reference.
    """

    guessed: bool = False
    explicit: bool = False

    @classmethod
    def of(cls, package: Package) -> Self:
        """The habits of a package."""
        entries: Iterable[Entry] = (*package.flows.values(), *package.processes.values())
        named = [entry.names for entry in entries if len(entry.names) == 1]
        unknown = sum(UNDETERMINED in names for names in named)
        exchanges = [each for process in package.processes.values() for each in process.exchanges]
        explicit = sum(bool(each.unit and each.property) for each in exchanges)
        return cls(2 * unknown > len(named), 2 * explicit > len(exchanges))


def with_units(
    process: Process,
    flows: Mapping[str, Flow],
    properties: Mapping[str, Property],
    groups: Mapping[str, UnitGroup],
) -> Process:
    """The process with unit and property at every exchange that names none."""

    def explicit(exchange: Exchange) -> Exchange:
        flow = flows.get(exchange.flow)
        of = properties.get(flow.reference) if flow else None
        group = groups.get(of.unit_group) if of else None
        if exchange.unit or exchange.property or of is None or group is None:
            return exchange
        return replace(exchange, unit=group.reference, property=of.id)

    return replace(process, exchanges=tuple(map(explicit, process.exchanges)))
