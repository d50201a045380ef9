"""Texts of ecoSpold 2, which may be lists of paragraphs, and ids that only repeat names."""

from __future__ import annotations

import re
from typing import Any

from tanyuan.backgrounds.package import Texts, no_texts
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.formats.ilcd.trees import Tree

_MASTER_DATA = re.compile(
    r"@(?:\w*ContextId|\w*IdOverwrittenByChild|unitId|activityNameId|geographyId|classificationId"
    r"|subcompartmentId|macroEconomicScenarioId|systemModelId|impactMethodId|impactCategoryId"
    r"|companyId|contextId|productionVolumeSourceId)"
)


def without_master_data(tree: Tree) -> int:
    """Take the ids of master data out of a tree, whose names stand beside them; how many."""
    count = 0
    for key in [key for key in tree if key[0] == "@" and _MASTER_DATA.fullmatch(key)]:
        del tree[key]
        count += 1
    for value in tree.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                count += without_master_data(each)
    return count


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
