"""Texts of ecoSpold 2, which may be lists of paragraphs, and ids that only repeat names."""

from __future__ import annotations

import re
from typing import Any

from tanyuan.backgrounds.package import Texts, no_texts
from tanyuan.formats.ilcd.nodes import Node

MASTER_DATA = re.compile(
    r"\w*ContextId|\w*IdOverwrittenByChild|unitId|activityNameId|geographyId|classificationId"
    r"|subcompartmentId|macroEconomicScenarioId|systemModelId|impactMethodId|impactCategoryId"
    r"|companyId|contextId|productionVolumeSourceId"
)
"""Names of attributes with ids of master data, whose names stand beside them."""


def paragraphs(node: Node, name: str) -> Texts:
    """A text by language: said at once, or in numbered paragraphs and pictures."""
    where = node.node(name)
    parts: list[tuple[int, str, str]] = []
    for kind in ("text", "imageUrl"):
        for each in where.nodes(kind):
            tag = each.word("@xml:lang")
            parts.append((each.integer("@index") or 0, tag, each.text("#text")))
    joined: dict[str, str] = {}
    # Pictures are in no language; they stand in each text.
    tags = {tag for _, tag, text in parts if tag and text} or {""}
    for tag in sorted(tags):
        said = [text for _, own, text in sorted(parts, key=_place) if own in {tag, ""} and text]
        if said:
            joined[tag or "und"] = "\n".join(said)
    return joined or (node.texts(name) if node.has(name) else no_texts())


def _place(part: tuple[int, str, str]) -> int:
    return part[0]


def words(node: Node, name: str) -> tuple[str, ...]:
    """All texts of a name, whatever their languages, each once."""
    found: list[Any] = []
    for each in node.nodes(name):
        each.text("@xml:lang")
        found.append(each.text("#text"))
    return tuple(dict.fromkeys(filter(None, found)))
