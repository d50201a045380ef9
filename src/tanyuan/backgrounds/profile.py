"""What an importer chose: suppliers where several make a product, and shares among outputs.

A profile is a small JSON document. Saved with an import and given to the next one, it replays the
same choices; its hash stands with the background that was made by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tanyuan.documents.canonical import content_hash
from tanyuan.documents.numbers import NumberError, decimal_string, parse_number
from tanyuan.languages import Choice, Message
from tanyuan.problems import InputError, Place, refuse

FORMAT = "tanyuan-background-profile"
VERSION = 1


class Key(Choice):
    """By what the outputs of a process share its burdens where the source does not say.

    The first of the importer's list that all outputs of a process have is taken.
    """

    MASS = "mass", "mass"
    ENERGY = "energy", "energy content"
    ECONOMIC = "economic", "value (a flow property that is a price)"
    EQUAL = "equal", "equal shares"
    REFERENCE = "reference", "all to the quantitative reference; other outputs are free"


@dataclass(frozen=True, slots=True)
class Profile:
    """Choices of an importer.

    Attributes:
        keys: allocation keys, the first that fits a process counts.
        shares: of the outputs of single processes, by process and flow; they go first of all.
        providers: the supplier of a flow for all who take it, by flow.
        exchanges: the supplier of one exchange, by `process/number`; it goes before `providers`.
        declared: whether shares that the source declares count.
        wastes: flows that the source calls products and that are wastes: who gives them off does
            not make them but needs their treatment.
    """

    keys: tuple[Key, ...] = ()
    shares: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    exchanges: Mapping[str, str] = field(default_factory=dict)
    declared: bool = True
    wastes: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The profile as a document that has a canonical JSON."""
        shares = {
            process: {flow: decimal_string(share) for flow, share in given.items()}
            for process, given in self.shares.items()
        }
        return {
            "format": FORMAT,
            "version": VERSION,
            "allocation": {
                "keys": [key.value for key in self.keys],
                "declared": self.declared,
                "shares": shares,
            },
            "providers": dict(self.providers),
            "exchanges": dict(self.exchanges),
            "wastes": sorted(set(self.wastes)),
        }

    @property
    def hash(self) -> str:
        """Of the content, as `sha256:` and 64 hexadecimal digits."""
        return content_hash(self.document())


def read_profile(data: bytes, file: str) -> Profile:
    """The profile in a file.

    Raises:
        InputError: `profile`.
    """
    try:
        found = json.loads(data.decode("utf-8-sig"))
        if found["format"] != FORMAT or found["version"] != VERSION:
            raise ValueError(found["format"])
        allocation = found.get("allocation", {})
        return Profile(
            keys=tuple(Key(key) for key in allocation.get("keys", ())),
            shares={
                process: {flow: parse_number(share) for flow, share in given.items()}
                for process, given in allocation.get("shares", {}).items()
            },
            providers=_texts(found.get("providers", {})),
            exchanges=_texts(found.get("exchanges", {})),
            declared=bool(allocation.get("declared", True)),
            wastes=tuple(map(str, found.get("wastes", ()))),
        )
    except (ValueError, KeyError, TypeError, AttributeError, NumberError) as error:
        raise _unusable(file, error) from None


def _texts(given: Any) -> dict[str, str]:
    if not all(isinstance(value, str) for value in given.values()):
        raise ValueError("ids are texts")
    return dict(given)


def _unusable(file: str, error: Exception) -> InputError:
    return refuse(
        "profile",
        Message("The file is no profile of an import: {reason}.", reason=error),
        Message("Give a profile that an import has saved."),
        Place(file=file),
    )
