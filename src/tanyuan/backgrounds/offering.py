"""The products of backgrounds as factors: kg of each gas and kind per unit, and how they scatter.

A factor has the intensities of the background as they are stored. Its draws are the background's
stored samples, sample k in draw k, so that everything that rests on one background moves together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

from tanyuan.backgrounds.library import Entry, Library
from tanyuan.backgrounds.products import Product, name_of
from tanyuan.backgrounds.references import DIGITS, Reference, read_reference
from tanyuan.backgrounds.sampling import ratios
from tanyuan.factors.factor import Emission, Factor, InBackground, Standing
from tanyuan.factors.matching import Index
from tanyuan.gases import CO2E, EmissionKind
from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError
from tanyuan.quality.distributions import Sampled

CATEGORY = "background"
_DIGITS_OF_VALUES = 15


class Offered(Mapping[str, Factor]):
    """The products of one background by their ids."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    @cached_property
    def places(self) -> Mapping[str, tuple[Product, int]]:
        """Each product with its row in the background, by id; -1 for stated figures."""
        entry = self.entry
        made = [(one, place) for place, one in enumerate(entry.products) if not one.hollow]
        stated = [(one, -1) for one in entry.stated]
        return {one.id: (one, place) for one, place in (*made, *stated)}

    def __getitem__(self, product: str) -> Factor:
        found, place = self.places[product]
        return _factor(self.entry, found, self._emissions(found, place))

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def index(self) -> Index:
        """The products made ready for searching."""
        return Index(self.values())

    def scatter(self, product: str, gwp_set: str) -> Sampled | None:
        """How a product's kg CO2e scatter; none where the figures are the source's own."""
        _, place = self.places[product]
        return None if place < 0 else Sampled(lambda: ratios(self.entry, gwp_set, place))

    def _emissions(self, product: Product, place: int) -> tuple[Emission, ...]:
        if place < 0:
            return tuple(
                Emission(CO2E, EmissionKind(one.kind), Decimal(one.value), one.method)
                for one in product.stated
            )
        row = self.entry.background.intensities[place].tolist()
        values = zip(self._columns, row, strict=True)
        return tuple(
            Emission(gas, kind, _decimal(-value if kind.is_removal else value))
            for (gas, kind), value in ((column, product.sign * each) for column, each in values)
            if kind is not None and value
        )

    @cached_property
    def _columns(self) -> list[tuple[str, EmissionKind | None]]:
        known = set(EmissionKind)
        parts = [column.partition("|") for column in self.entry.background.columns]
        return [(gas, EmissionKind(kind) if kind in known else None) for gas, _, kind in parts]


@dataclass(frozen=True, eq=False)
class Offer(Mapping[str, Factor]):
    """Factors of a library beside the products of backgrounds.

    Attributes:
        own: factors by id, which come first.
        backgrounds: whose products are offered by reference.
        gwp_set: under which their draws are weighed.
    """

    own: Mapping[str, Factor]
    backgrounds: Library
    gwp_set: str = ""

    def __getitem__(self, key: str) -> Factor:
        if key in self.own:
            return self.own[key]
        found = read_reference(key)
        entry = self.backgrounds.starting(found.digits) if found else None
        if found is None or entry is None:
            raise KeyError(key)
        return replace(offered(entry)[found.product], id=key)

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        for entry in self.backgrounds:
            yield from (factor.id for factor in offered(entry).values())

    def __len__(self) -> int:
        return len(self.own) + sum(len(offered(entry)) for entry in self.backgrounds)

    def scatter(self, factor: Factor) -> Sampled | None:
        """How the kg CO2e of a background's product scatter."""
        found = read_reference(factor.id)
        entry = self.backgrounds.starting(found.digits) if found else None
        if found is None or entry is None:
            return None
        return offered(entry).scatter(found.product, self.gwp_set)


def offered(entry: Entry) -> Offered:
    """The products of a background; those of the last few are held."""
    return _offered(entry.folder, entry.shareable)


@lru_cache(maxsize=8)
def _offered(folder: Path, shareable: bool) -> Offered:
    return Offered(Entry.of(folder))


def absent(found: Reference, backgrounds: Library | None) -> InvalidValueError:
    """Why a reference names nothing here."""
    entry = backgrounds.starting(found.digits) if backgrounds else None
    if entry is None:
        return InvalidValueError(
            "background-absent",
            Message(
                "The background {database} with the content {hash} is not here; the line takes its "
                "product {product}.",
                product=found.product,
                database=found.database,
                hash=f"sha256:{found.digits}…",
            ),
            Message(
                "Import the same file by the same choices: tanyuan background import FILE --as "
                "“{database}”, or take another factor.",
                database=found.database,
            ),
        )
    return InvalidValueError(
        "background-product",
        Message("The background {database} offers no product {product}.", database=found.database,
                product=found.product),
        Message("Find one with: tanyuan factors search"),
    )  # fmt: skip


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.{_DIGITS_OF_VALUES}g}")


def _factor(entry: Entry, product: Product, emissions: tuple[Emission, ...]) -> Factor:
    digits = entry.folder.name[:DIGITS]
    chinese, english = (name_of(product, code) for code in ("zh", "en"))
    return Factor(
        id=str(Reference(entry.name, digits, product.id)),
        version=digits,
        name_zh=chinese,
        name_en=english,
        translated=(),
        category=CATEGORY,
        group=product.category[-1] if product.category else CATEGORY,
        geography=product.geography,
        year=product.year,
        unit=product.unit,
        emissions=emissions,
        boundary="",
        standing=Standing.VERIFIED if product.stated else Standing.CALCULATED,
        source=f"{entry.name} ({entry.hash})",
        locator=product.process,
        seen_at=str(entry.about["file"]),
        printed=(),
        code=product.process,
        background=InBackground(
            database=entry.name,
            hash=entry.hash,
            product=product.id,
            licence=str(entry.about["licence"]),
            notice=str(entry.about["notice"]) if entry.shareable else "",
            shareable=entry.shareable,
            inputs=product.inputs,
            missing=product.missing,
            cut_offs=product.cut_offs,
            quality=product.quality,
        ),
    )
