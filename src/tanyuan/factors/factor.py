"""The factor as a document: kg of each gas per unit of a flow, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from tanyuan.gases import CO2E, EmissionKind, Flag, potential
from tanyuan.languages import Choice, language


class ElectricityFamily(Choice):
    """The two families of electricity factors, never to be mixed (domain rule).

    LIFE_CYCLE: electricity carbon footprint factor, kg CO2e/kWh, for product footprints.
    GENERATION_CO2: electricity CO2 emission factor, kg CO2/kWh of generation only, for
    organisations and projects.
    """

    LIFE_CYCLE = "life_cycle", "electricity carbon footprint factor (life cycle)"
    GENERATION_CO2 = "generation_co2", "electricity CO2 factor (generation only)"


class Standing(Choice):
    """How far a value has been checked against its source."""

    VERIFIED = "verified", "verified: read in the named text"
    CALCULATED = "calculated", "calculated from the named database"
    UNNAMED_COPY = "unnamed_copy", "not verified: read in a copy of unnamed origin"
    MEMORY = "memory", "not verified: from memory, check before use"


@dataclass(frozen=True, slots=True)
class Emission:
    """An amount of one gas of one kind: kg per unit of the flow.

    `gas` is the id of a gas or "CO2e"; a sum in CO2e carries the GWP set it was made with
    (empty: the source does not say) and is never rescaled.
    """

    gas: str
    kind: EmissionKind
    value: Decimal
    gwp_set: str = ""


@dataclass(frozen=True, slots=True)
class InBackground:
    """Where in a background a factor comes from.

    Attributes:
        database: what the background is called.
        hash: of its content, as `sha256:` and 64 hexadecimal digits.
        product: id of the product.
        licence: name or address of the terms of use.
        notice: text that must travel with the figures where they are passed on.
        shareable: whether the licence lets figures of products be passed on.
        inputs: product inputs in the supply chain.
        missing: those of them that nobody supplies.
        cut_offs: how many different flows these are.
        quality: of the process, as the database writes it.
    """

    database: str
    hash: str
    product: str
    licence: str = ""
    notice: str = ""
    shareable: bool = False
    inputs: int = 0
    missing: int = 0
    cut_offs: int = 0
    quality: str = ""

    @property
    def digits(self) -> str:
        """The hash without its scheme: the name of the background's folder."""
        return self.hash.removeprefix("sha256:")

    @property
    def missing_share(self) -> float:
        """Share, by count, of the inputs in the supply chain that have no supplier."""
        return self.missing / self.inputs if self.inputs else 0.0


@dataclass(frozen=True, slots=True)
class Factor:
    """One immutable version of a factor series.

    Values are kg per `unit` (a unit of the closed table; fuels by energy state NCV or GCV).
    `per` says what the unit counts where that is not the flow itself ("carbonate", "Al").
    `printed` holds the values as the source prints them; `translated` names the languages in which
    the name is a translation of ours and not the source's.
    """

    id: str
    version: str
    name_zh: str
    name_en: str
    translated: tuple[str, ...]
    category: str
    group: str
    geography: str
    year: int | None
    unit: str
    emissions: tuple[Emission, ...]
    boundary: str
    standing: Standing
    source: str
    locator: str
    seen_at: str
    printed: tuple[str, ...]
    per: str = ""
    basis: str = ""
    notes: str = ""
    code: str = ""
    electricity: ElectricityFamily | None = None
    flags: tuple[Flag, ...] = ()
    background: InBackground | None = None

    @property
    def name(self) -> str:
        """The name in the language in use."""
        return self.name_zh if language() == "zh" else self.name_en

    @property
    def verified(self) -> bool:
        """Whether the value was read in a named text, or calculated from a named database."""
        return self.standing in (Standing.VERIFIED, Standing.CALCULATED)

    def co2e(self, gwp_set: str) -> float | None:
        """Kg CO2e in the total per unit; none where the set has no value for one of its gases.

        Sums in CO2e stay as they are.
        """
        total = 0.0
        for emission in self.emissions:
            weight = 1.0
            if emission.gas != CO2E and emission.kind.in_total:
                found = potential(emission.gas, emission.kind, gwp_set)
                if found is None:
                    return None
                weight = float(found.value)
            if emission.kind.in_total:
                total += (-weight if emission.kind.is_removal else weight) * float(emission.value)
        return total

    @property
    def is_co2_only(self) -> bool:
        """Whether it counts carbon dioxide alone."""
        return {emission.gas for emission in self.emissions} == {"CO2"}


def factor_from_record(record: Mapping[str, Any]) -> Factor:
    """A factor from its record as the library files hold it (decimals as strings)."""
    electricity = record.get("electricity")
    background = record.get("background")
    emissions = tuple(
        Emission(e["gas"], EmissionKind(e["kind"]), Decimal(e["value"]), e.get("gwp_set", ""))
        for e in record["emissions"]
    )
    return Factor(
        **{
            **dict.fromkeys(("geography", "boundary", "locator", "seen_at"), ""),
            **record,
            "emissions": emissions,
            "standing": Standing(record["standing"]),
            "translated": tuple(record.get("translated", ())),
            "printed": tuple(record.get("printed", ())),
            "electricity": ElectricityFamily(electricity) if electricity else None,
            "flags": tuple(Flag(flag) for flag in record.get("flags", ())),
            "background": InBackground(**background) if background else None,
        }
    )


def factor_to_record(factor: Factor) -> dict[str, Any]:
    """The factor's record; the inverse of `factor_from_record`."""
    record: dict[str, Any] = {}
    for name in Factor.__slots__:
        value = getattr(factor, name)
        if value in ("", (), None) and name not in ("year", "emissions"):
            continue
        record[name] = list(value) if isinstance(value, tuple) else value
    record["emissions"] = [
        {
            "gas": e.gas,
            "kind": e.kind.value,
            "value": format(e.value, "f"),
            **({"gwp_set": e.gwp_set} if e.gwp_set else {}),
        }
        for e in factor.emissions
    ]
    if factor.background:
        stated = asdict(factor.background).items()
        record["background"] = {key: value for key, value in stated if value}
    return record
