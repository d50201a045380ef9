"""The numbers of a model, for the values as stated or for many draws of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tanyuan.footprint.fields import Amount
from tanyuan.footprint.method import Allocation
from tanyuan.footprint.model import Credit, Model
from tanyuan.footprint.resolve import Intensity, Part
from tanyuan.footprint.study import Output, Role
from tanyuan.footprint.term import Term
from tanyuan.gases import CO2E
from tanyuan.languages import Message
from tanyuan.lca.allocation import shares_by_key, whole_to
from tanyuan.lca.solver import SingularSystemError
from tanyuan.problems import InvalidValueError, Place, Problems
from tanyuan.units import Unit, conversion, parse_unit

Floats = NDArray[np.float64]
Value = float | Floats
_KG, _KM, _MJ, _KG_KM, _ONE = (parse_unit(text) for text in ("kg", "km", "MJ", "kg·km", "1"))


@dataclass(frozen=True)
class Draws:
    """Ratios by which uncertain quantities differ from their stated values.

    Keys: `parameter:id`, `meter:id`, `line:id`, `factor:id`; values are arrays of `count`.
    """

    count: int | None = None
    ratios: Mapping[str, Floats] = field(default_factory=dict)

    def of(self, key: str) -> Value:
        """The ratio of a quantity; 1 where it does not scatter."""
        return self.ratios.get(key, 1.0)

    @property
    def parameters(self) -> dict[str, Value]:
        """The ratios of parameters by id."""
        prefix = "parameter:"
        return {
            key.removeprefix(prefix): ratio
            for key, ratio in self.ratios.items()
            if key.startswith(prefix)
        }


@dataclass(frozen=True)
class Evaluation:
    """What the lines of a model take per declared unit.

    `amounts[l]` is in units of the line's ref, per declared unit, and already scaled by how often
    its process runs; `taken[l]` is the amount of one run (or of one declared unit), and `made[j]`
    what that run makes of an output. `credits` are the displaced amounts (negative: net export).
    """

    values: Mapping[str, Value]
    amounts: tuple[Value, ...]
    credits: tuple[Value, ...]
    needed: Floats
    shares: tuple[Floats, ...]
    taken: tuple[Value, ...]
    made: tuple[Value, ...]

    def co2e(self, model: Model, intensity: Intensity, draws: Draws) -> Value:
        """Kg CO2e in the total per unit of an intensity."""
        parts = (
            part_value(model, intensity, part, self.values) * characterisation(model, part)
            for part in intensity.parts
            if part.kind.in_total
        )
        return sum(parts, 0.0) * draws.of(intensity.key)


def characterisation(model: Model, part: Part) -> float:
    """Kg CO2e per kg of a part; sums in CO2e stay as they are; NaN where the set has no value."""
    sign = -1.0 if part.kind.is_removal else 1.0
    if part.gas == CO2E:
        return sign
    found = model.potentials.get((part.gas, part.kind))
    return sign * float(found) if found is not None else float("nan")


def part_value(
    model: Model, intensity: Intensity, part: Part, values: Mapping[str, Value]
) -> Value:
    """Kg of a part per unit of its intensity."""
    return model.quantities.per_unit(part.value, intensity.unit, values)


def evaluate(model: Model, draws: Draws = Draws()) -> Evaluation:
    """Evaluate all amounts and solve the foreground.

    Raises:
        InputError: an amount that cannot be computed or is negative; a loop that needs more of its
            own product than it makes.
    """
    problems = Problems()
    values = model.quantities.values(draws.parameters)
    amounts = [_amount(model, term, values, draws, problems) for term in model.terms]
    produced = [
        _output_amount(model, number, output, values, problems)
        for number, output in enumerate(model.outputs, 1)
    ]
    shares = _shares(model, values, problems)
    problems.raise_if_any()
    needed, scales = _solve(model, amounts, produced, shares, draws, problems)
    problems.raise_if_any()
    scaled = tuple(a * s for a, s in zip(amounts, scales, strict=True))
    credited = tuple(_credit(model, credit, needed, produced) for credit in model.credits)
    return Evaluation(
        values, scaled, credited, needed, tuple(shares), tuple(amounts), tuple(produced)
    )


def _credit(model: Model, credit: Credit, needed: Floats, produced: list[Value]) -> Value:
    """Minus the co-product that is made and not taken by the study itself."""
    output = model.outputs[credit.output]
    main = next(
        j
        for j, other in enumerate(model.outputs)
        if other.process == output.process and not other.replaces
    )
    net = needed[credit.output] - produced[credit.output] * needed[main] / produced[main]
    return np.asarray(net * float(conversion(output.unit, credit.intensity.unit)))


def _amount(
    model: Model, term: Term, values: Mapping[str, Value], draws: Draws, problems: Problems
) -> Value:
    line = term.line
    if line.amount is None or line.unit is None:
        return 0.0
    target = target_unit(model, term)
    amount: Value = 0.0
    stated = draws.count is None
    with problems.at(_at(term.place, "amount")):
        taken = target if line.distance is None else _KG
        amount = model.quantities.evaluate(line.amount, line.unit, taken, values)
        _refuse_negative(amount, stated)
    if line.distance is not None:
        with problems.at(_at(term.place, "distance")):
            km = model.quantities.evaluate(line.distance, _KM, _KM, values)
            _refuse_negative(km, stated)
            amount = amount * km * float(conversion(_KG_KM, target))
    meter = draws.of(f"meter:{line.meter}") if line.meter else 1.0
    return amount * term.share * meter * draws.of(f"line:{line.id}")


def target_unit(model: Model, term: Term) -> Unit:
    """The unit in which a line's amount is counted."""
    if term.provider >= 0:
        return model.outputs[term.provider].unit
    if term.intensity is not None:
        return term.intensity.unit
    if term.line.distance is not None:
        return parse_unit("t·km")
    return term.line.unit or _ONE


def _refuse_negative(amount: Value, stated: bool) -> None:
    # Draws of a formula such as made − sold may pass zero where the stated values do not
    if stated and np.min(amount) < 0:
        raise InvalidValueError(
            "negative",
            Message("The amount is negative ({number}).", number=f"{float(np.min(amount)):.6g}"),
            Message("Amounts are not negative: credits come from system expansion or recycling, "
                    "removals from their emission kind."),
        )  # fmt: skip


def _at(place: Place, field_name: str) -> Place:
    return Place(place.file, place.sheet, place.row, field_name)


def _output_amount(
    model: Model, number: int, output: Output, values: Mapping[str, Value], problems: Problems
) -> Value:
    with problems.at(Place(sheet="outputs", row=number, field="amount")):
        found = model.quantities.evaluate(output.amount, output.unit, output.unit, values)
        if np.min(found) <= 0:
            raise InvalidValueError(
                "output-zero",
                Message("The process makes nothing of “{id}”.", id=output.id),
                Message("Write the amount made, larger than zero, or take the row out."),
            )
        return found
    return 1.0


_KEYS: dict[Allocation, tuple[str, Unit]] = {
    Allocation.MASS: ("mass", _KG),
    Allocation.ENERGY: ("energy", _MJ),
    Allocation.OTHER: ("key", _ONE),
    Allocation.ECONOMIC: ("price", _ONE),
}


def _shares(model: Model, values: Mapping[str, Value], problems: Problems) -> list[Floats]:
    """Share of its process's burdens that each output bears, by output index."""
    shares: list[Floats] = [np.ones(()) for _ in model.outputs]
    for process in dict.fromkeys(output.process for output in model.outputs):
        members = [j for j, output in enumerate(model.outputs) if output.process == process]
        allocation = model.allocations[members[0]]
        if allocation is None:
            continue
        found = _process_shares(model, members, allocation, values, problems)
        for j, share in zip(members, found, strict=True):
            shares[j] = share
    return shares


def _process_shares(
    model: Model,
    members: list[int],
    allocation: Allocation,
    values: Mapping[str, Value],
    problems: Problems,
) -> list[Floats]:
    outputs = [model.outputs[j] for j in members]
    if allocation is Allocation.SYSTEM_EXPANSION:
        main = next(i for i, output in enumerate(outputs) if not output.replaces)
        return list(whole_to(main, len(outputs)))
    if allocation is Allocation.SUBDIVISION:
        return [np.full((), np.nan) for _ in outputs]
    field_name, unit = _KEYS[allocation]
    keys: list[Value] = []
    for j, output in zip(members, outputs, strict=True):
        place = Place(sheet="outputs", row=j + 1, field=field_name)
        with problems.at(place):
            keys.append(_key(model, output, field_name, unit, values))
    if len(keys) < len(outputs):
        return [np.ones(()) for _ in outputs]
    stacked = np.stack(np.broadcast_arrays(*[np.asarray(key, dtype=float) for key in keys]))
    with problems.at(Place(sheet="outputs", row=members[0] + 1, field=field_name)):
        try:
            return list(shares_by_key(stacked))
        except ValueError:
            raise InvalidValueError(
                "allocation-key",
                Message("The keys of the outputs are negative, or all zero."),
                Message("Write keys that are not negative, one of them larger than zero."),
            ) from None
    return [np.ones(()) for _ in outputs]


def _key(
    model: Model, output: Output, field_name: str, unit: Unit, values: Mapping[str, Value]
) -> Value:
    stated: Amount | None = getattr(output, field_name)
    if field_name == "price" and stated is not None:
        price = model.quantities.number(stated, values)
        return price * model.quantities.evaluate(output.amount, output.unit, output.unit, values)
    if stated is not None:
        return model.quantities.evaluate(stated, unit, unit, values)
    if output.unit.dimension == unit.dimension and unit.dimension:
        return model.quantities.evaluate(output.amount, output.unit, unit, values)
    raise InvalidValueError(
        "allocation-key",
        Message("The output “{id}” lacks what its process is allocated by.", id=output.id),
        Message("Fill this field for all outputs of the process, or choose another allocation."),
    )


def _solve(
    model: Model,
    amounts: Iterable[Value],
    produced: list[Value],
    shares: list[Floats],
    draws: Draws,
    problems: Problems,
) -> tuple[Floats, Floats]:
    n, m = len(model.terms), len(model.outputs)
    tail = () if draws.count is None else (draws.count,)
    lines = np.empty((n, *tail))
    for index, amount in enumerate(amounts):
        lines[index] = amount
    made = np.empty((m, *tail))
    for index, value in enumerate(produced):
        made[index] = value
    charged = np.zeros((n, m, *tail))
    for index, term in enumerate(model.terms):
        for j, share in _charged(model, term, shares, problems):
            charged[index, j] = share
    problems.raise_if_any()
    try:
        return model.foreground.solve(lines, made, charged)
    except SingularSystemError as error:
        names = [model.outputs[row].name for row in error.rows] or [o.name for o in model.outputs]
        problems.add(
            "loop",
            Message("The loop through {names} needs more of its own product than it makes.",
                    names=", ".join(names)),
            Message("Check the amounts that the processes take from each other, and their units."),
            Place(sheet="outputs", row=error.rows[0] + 1 if error.rows else None),
        )  # fmt: skip
        problems.raise_if_any()
        raise


def _charged(
    model: Model, term: Term, shares: list[Floats], problems: Problems
) -> list[tuple[int, Floats]]:
    """The outputs that bear a line, each with its share."""
    if not term.process:
        return []
    members = [j for j, output in enumerate(model.outputs) if output.process == term.process]
    if term.line.output:
        return [(j, np.ones(())) for j in members if model.outputs[j].id == term.line.output]
    if any(np.isnan(shares[j]).any() for j in members) and term.role is Role.COUNTED:
        problems.add(
            "subdivision",
            Message("The process is subdivided, but the line names no output that it is for."),
            Message("Name the output in “For output”, or choose an allocation for shared lines."),
            _at(term.place, "output"),
        )
    return [(j, np.nan_to_num(shares[j])) for j in members]
