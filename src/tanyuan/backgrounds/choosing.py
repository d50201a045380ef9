"""Which supplier a person may choose where several processes of a background make a product.

The questions are read from what an import left: its report names the flows for which a rule chose,
its profile those for which a person did. The answers make the profile of the next import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.products import Product
from tanyuan.backgrounds.profile import Profile

AMBIGUOUS = "provider-ambiguous"


@dataclass(frozen=True, slots=True)
class Question:
    """A flow that several processes make.

    Attributes:
        flow: its id.
        candidates: the products that its makers supply, in the order of the background.
        takers: inputs for which a rule chose; none where the profile names the supplier.
        found: ids of the processes that the rules chose.
        answer: id of the process that the profile names, if it does.
    """

    flow: str
    candidates: tuple[Product, ...]
    takers: int = 0
    found: frozenset[str] = field(default_factory=frozenset)
    answer: str = ""


def questions(entry: Entry) -> tuple[Question, ...]:
    """The flows of a background with several makers, those that most inputs take first."""
    takers: dict[str, int] = {}
    found: dict[str, set[str]] = {}
    for one in entry.report():
        if one.code == AMBIGUOUS:
            flow = one.place.field
            takers[flow] = takers.get(flow, 0) + int(one.details["count"])
            found.setdefault(flow, set()).add(one.details["provider"])
    named = entry.profile().providers
    makers: dict[str, list[Product]] = {flow: [] for flow in (*takers, *named)}
    for product in entry.products:
        if product.flow in makers:
            makers[product.flow].append(product)
    asked = (
        Question(
            flow,
            tuple(candidates),
            takers.get(flow, 0),
            frozenset(found.get(flow, ())),
            named.get(flow, ""),
        )
        for flow, candidates in makers.items()
        if len(candidates) > 1
    )
    return tuple(sorted(asked, key=lambda one: (-one.takers, one.flow)))


def answered(entry: Entry, answers: Mapping[str, str]) -> Profile:
    """The profile of an import with other suppliers.

    Args:
        entry: what the import made.
        answers: by flow, the process that supplies it; empty leaves it to the rules. Flows and
            processes that are no question are left out, flows without an answer stay as they were.
    """
    profile = entry.profile()
    providers = dict(profile.providers)
    for one in questions(entry):
        answer = answers.get(one.flow)
        if answer == "":
            providers.pop(one.flow, None)
        elif answer in {product.process for product in one.candidates}:
            providers[one.flow] = str(answer)
    return replace(profile, providers=providers)
