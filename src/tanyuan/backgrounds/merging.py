"""Several packages as one database, so that one supplies what another takes.

An object that several packages have is taken once. Where they differ, the later version counts,
then the later change, then the package that was named first; that is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeVar

from tanyuan.backgrounds.package import Entry, Package, UnitGroup
from tanyuan.backgrounds.report import Act, Report
from tanyuan.languages import Message
from tanyuan.problems import Place

_E = TypeVar("_E", bound=Entry)


def merged(packages: Sequence[Package], report: Report) -> Package:
    """All objects of some packages; names, format and parameters of the first go first."""
    return reduce(lambda one, other: _both(one, other, report), packages)


def _both(one: Package, other: Package, report: Report) -> Package:
    parameters = {each.name: each for each in (*other.parameters, *one.parameters)}
    return replace(
        one,
        unit_groups=_union(*_with_all_units(one.unit_groups, other.unit_groups), report),
        properties=_union(one.properties, other.properties, report),
        flows=_union(one.flows, other.flows, report),
        processes=_union(one.processes, other.processes, report),
        locations=_union(one.locations, other.locations, report),
        references=_union(one.references, other.references, report),
        parameters=tuple(parameters[name] for name in sorted(parameters)),
        licence=_joined(one.licence, other.licence),
        notice=_joined(one.notice, other.notice),
    )


def _union(one: Mapping[str, _E], other: Mapping[str, _E], report: Report) -> dict[str, _E]:
    found = {**other, **one}
    for key in one.keys() & other.keys():
        if one[key] != other[key]:
            found[key] = max(one[key], other[key], key=_age)
            report.add(
                "packages-differ",
                Act.DROPPED,
                Place(sheet=found[key].name, field=key),
                Message(
                    "The packages have different objects of this id; version {version} of "
                    "{change} is taken.",
                    version=found[key].version or "–",
                    change=found[key].last_change or "–",
                ),
            )
    return {key: found[key] for key in sorted(found)}


def _with_all_units(
    one: Mapping[str, UnitGroup], other: Mapping[str, UnitGroup]
) -> tuple[dict[str, UnitGroup], dict[str, UnitGroup]]:
    """Both with the units that only the other has, as exchanges of either may be in them."""
    return _with_units_of(one, other), _with_units_of(other, one)


def _with_units_of(
    one: Mapping[str, UnitGroup], other: Mapping[str, UnitGroup]
) -> dict[str, UnitGroup]:
    found = dict(one)
    for key in one.keys() & other.keys():
        units = {unit.id: unit for unit in (*other[key].units, *one[key].units)}
        same = units.keys() == _ids(one[key]) == _ids(other[key])
        if one[key].reference == other[key].reference and not same:
            found[key] = replace(one[key], units=tuple(units[each] for each in sorted(units)))
    return found


def _ids(group: UnitGroup) -> set[str]:
    return {unit.id for unit in group.units}


def _age(entry: Entry) -> tuple[str, str]:
    return entry.version, entry.last_change


def _joined(one: str, other: str) -> str:
    return "\n\n".join(dict.fromkeys(filter(None, (one, other))))
