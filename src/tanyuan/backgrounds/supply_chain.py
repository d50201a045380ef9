"""Where the figure of a background's product comes from, branch by branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tanyuan.backgrounds.library import Entry, Library
from tanyuan.backgrounds.offering import absent
from tanyuan.backgrounds.products import Product
from tanyuan.backgrounds.references import read_reference
from tanyuan.backgrounds.weighing import weights
from tanyuan.documents.numbers import sealed_string
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse


@dataclass(frozen=True, slots=True)
class Branch:
    """A product in a supply chain.

    Attributes:
        depth: how many products it is away from the one that was asked for.
        product: what is taken or treated.
        amount: of it, in its unit.
        total: kg CO2e that the branch causes in all.
        own: kg CO2e that its process causes itself.
        share: of the total of what was asked for; none where that is 0.
    """

    depth: int
    product: Product
    amount: float
    total: float
    own: float
    share: float | None

    def document(self) -> dict[str, Any]:
        """The branch as plain content with nine digits."""
        numbers = {"amount": self.amount, "total": self.total, "own": self.own}
        return {
            "depth": self.depth,
            "product": self.product.id,
            "names": dict(self.product.names),
            "process_names": dict(self.product.process_names),
            "unit": self.product.unit,
            **{name: float(sealed_string(value)) for name, value in numbers.items()},
        }


def referred(ref: str, backgrounds: Library) -> tuple[Entry, Product]:
    """The background and the calculated product that a reference names.

    Raises:
        InputError: there is none, or the source states its figures and no supply chain.
    """
    found = read_reference(ref)
    if found is None:
        raise refuse(
            "reference",
            Message("“{ref}” is no reference to a product of a background.", ref=ref),
            Message("Copy it from the answer of: tanyuan factors search"),
        )
    entry = backgrounds.starting(found.digits)
    products = (*entry.products, *entry.stated) if entry else ()
    product = next((one for one in products if one.id == found.product), None)
    if entry is None or product is None:
        raise InputError([absent(found, backgrounds).problem(Place())])
    if product.stated or product.hollow:
        raise refuse(
            "no-supply-chain",
            Message(
                "The source states the figures of {ref} and not where they come from.", ref=ref
            ),
            Message("Ask who published it, or choose a product that is calculated."),
        )
    return entry, product


def supply_chain(
    entry: Entry, product: Product, gwp_set: str, amount: float = 1.0, cutoff: float = 0.01
) -> Iterator[Branch]:
    """The branches of a product, each before what it takes, the largest first.

    Args:
        entry: the background.
        product: of it.
        gwp_set: by which gases are weighed.
        amount: of the product, in its unit.
        cutoff: branches below this share of the total are left out.
    """
    from tanyuan.lca.contribution import tree  # noqa: PLC0415 - loads compiled code

    values = weights(entry.background.columns, gwp_set).values
    found = tree(entry.solved, values, product.id, product.sign * amount, cutoff=cutoff)
    children: dict[int, list[int]] = {}
    for branch, parent in enumerate(found.parent.tolist()):
        children.setdefault(parent, []).append(branch)
    whole = float(found.total[0])
    waiting = [(0, 0)]
    while waiting:
        branch, depth = waiting.pop()
        one = entry.products[int(found.process[branch])]
        total = float(found.total[branch])
        yield Branch(
            depth, one, one.sign * float(found.amount[branch]), total, float(found.own[branch]),
            total / whole if whole else None,
        )  # fmt: skip
        below = sorted(children.get(branch, ()), key=lambda each: abs(float(found.total[each])))
        waiting += [(each, depth + 1) for each in below]
