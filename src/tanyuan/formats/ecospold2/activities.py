"""Activities of ecoSpold 2."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tanyuan.backgrounds.package import (
    Parameter,
    Process,
    ProcessKind,
    ReferenceKind,
    Result,
    Review,
    said,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ecospold.catalogue import Catalogue, derived
from tanyuan.formats.ecospold.documents import either, stated
from tanyuan.formats.ecospold2.exchanges import Exchanges
from tanyuan.formats.ecospold2.texts import paragraphs, words
from tanyuan.formats.ecospold2.uncertainty import read_uncertainty
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.languages import Message

_ABOUT = "activityDescription/activity"
_ADMINISTRATION = "administrativeInformation"
_KINDS = {"": ProcessKind.UNIT, "1": ProcessKind.UNIT, "2": ProcessKind.RESULT}
_TEXTS = {
    "technologyDescription": ("activityDescription/technology", "comment"),
    "geographyDescription": ("activityDescription/geography", "comment"),
    "timeDescription": ("activityDescription/timePeriod", "comment"),
    "includedActivitiesStart": (_ABOUT, "includedActivitiesStart"),
    "includedActivitiesEnd": (_ABOUT, "includedActivitiesEnd"),
    "allocationComment": (_ABOUT, "allocationComment"),
    "macroEconomicScenario": ("activityDescription/macroEconomicScenario", "name"),
    "macroEconomicScenarioComment": ("activityDescription/macroEconomicScenario", "comment"),
    "samplingDescription": ("modellingAndValidation/representativeness", "samplingProcedure"),
    "extrapolations": ("modellingAndValidation/representativeness", "extrapolations"),
    "systemModel": ("modellingAndValidation/representativeness", "systemModelName"),
}
_DETAILS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        _ABOUT,
        {
            "parentActivityId": "parentActivityId",
            "inheritanceDepth": "inheritanceDepth",
            "energyValues": "energyValues",
            "masterAllocationPropertyId": "masterAllocationPropertyId",
            "datasetIcon": "datasetIcon",
        },
    ),
    ("activityDescription/technology", {"technologyLevel": "technologyLevel"}),
    (
        "activityDescription/timePeriod",
        {"isDataValidForEntirePeriod": "dataValidForEntirePeriod"},
    ),
    ("modellingAndValidation/representativeness", {"percent": "percent"}),
    (f"{_ADMINISTRATION}/fileAttributes", {"creationTimestamp": "creationDate"}),
    (
        f"{_ADMINISTRATION}/dataGeneratorAndPublication",
        {
            "dataPublishedIn": "dataPublishedIn",
            "accessRestrictedTo": "accessRestrictedTo",
            "companyCode": "companyCode",
            "pageNumbers": "pageNumbers",
        },
    ),
)
# The codes of the schema; 0 is an ordinary transforming activity.
SPECIAL = {
    "1": "market activity",
    "2": "IO activity",
    "3": "residual activity",
    "4": "production mix",
    "5": "import activity",
    "6": "supply mix",
    "7": "export activity",
    "8": "re-export activity",
    "9": "correction activity",
    "10": "market group",
}
_FIRST_CLASSES = "ISIC"
_CODED = re.compile(r"([A-Z]?[\d.]+)\s*:\s*(.+)")
_UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Activity:
    """A data set as read, before its place among the others is known.

    Attributes:
        process: with a preliminary id, of its activity and its reference product.
        activity: id that several data sets share where an activity has several products.
        product: id of the flow of the reference product.
        file: where it stands.
        wastes: ids of flows that it classifies as wastes or gives off for treatment.
        keys: by the number of an output, by the id of a property, how much of it, and in what.
        allocation: id of the property by which it is to be allocated, by the number of an output.
    """

    process: Process
    activity: str
    product: str
    file: str = field(compare=False)
    wastes: frozenset[str]
    keys: Mapping[int, Mapping[str, tuple[Decimal, str]]]
    allocation: Mapping[int, str]

    @property
    def id(self) -> str:
        """The id of the data set."""
        return self.process.id


def activity(root: Node, catalogue: Catalogue) -> Activity:
    """The activity of a data set."""
    about = root.node(_ABOUT)
    names = about.texts("activityName")
    root.notes.sheet = said(names)
    if not names:
        about.missing("activityName")
    own = _id(about)
    texts = {
        key: found
        for key, (path, name) in _TEXTS.items()
        if (found := paragraphs(root.node(path), name))
    }
    system = said(texts.get("systemModel", {}), "en")
    exchanges = Exchanges(
        root, catalogue, evaluated=not system or system.lower().startswith(_UNDEFINED)
    )
    if synonyms := words(about, "synonym"):
        texts["synonyms"] = {"und": "; ".join(synonyms)}
    details = _details(root, catalogue)
    category, codes, classes = _classes(root.node("activityDescription"))
    place = root.node("activityDescription/geography").texts("shortname")
    period = root.node("activityDescription/timePeriod")
    attributes = root.node(f"{_ADMINISTRATION}/fileAttributes")
    _people(root, catalogue, details)
    process = Process(
        id=derived("activity", own, exchanges.product),
        names=names,
        category=category,
        category_codes=codes,
        description=paragraphs(about, "generalComment"),
        version=_version(attributes),
        last_change=attributes.text("@lastEditTimestamp"),
        kind=_kind(about),
        exchanges=tuple(exchanges.found),
        reference=exchanges.reference,
        location=catalogue.location(said(place, "en"), place),
        valid_from=either(period, "startDate"),
        valid_until=either(period, "endDate"),
        documentation=texts,
        details=details | classes,
        sources=tuple(dict.fromkeys(exchanges.sources)),
        reviews=tuple(_reviews(root, catalogue)),
        parameters=_parameters(root, exchanges),
        tags=words(about, "tag"),
        results=tuple(_impacts(root)),
    )
    for name in ("defaultLanguage", "internalSchemaVersion", "fileGenerator", "fileTimestamp"):
        attributes.text(f"@{name}")
    for name in ("contextName", "requiredContext"):
        attributes.forget(name)
    return Activity(
        process=process,
        activity=own,
        product=exchanges.product,
        file=root.notes.file,
        wastes=frozenset(exchanges.wastes),
        keys=exchanges.keys,
        allocation=exchanges.allocation,
    )


def _id(about: Node) -> str:
    text = about.text("@id")
    try:
        return str(uuid.UUID(text))
    except ValueError:
        if text:
            about.wrong("@id", "field-type", Message("The value is no UUID."))
        else:
            about.missing("@id")
        return ""


def _kind(about: Node) -> ProcessKind:
    told = about.text("@type")
    if told not in _KINDS:
        about.wrong("@type", "field-type", Message("This is no type of process."))
        return ProcessKind.UNIT
    return _KINDS[told]


def _version(attributes: Node) -> str:
    parts = ("majorRelease", "minorRelease", "majorRevision", "minorRevision")
    found = [attributes.text(f"@{part}") for part in parts]
    return ".".join(part or "0" for part in found) if any(found) else ""


def _details(root: Node, catalogue: Catalogue) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, names in _DETAILS:
        found.update(stated(root.node(path), names))
    special = root.node(_ABOUT).text("@specialActivityType")
    if special not in {"", "0"}:
        found["specialActivityType"] = SPECIAL.get(special, special)
    published = root.node(f"{_ADMINISTRATION}/dataGeneratorAndPublication")
    protected = published.text("@isCopyrightProtected") in {"true", "1"}
    if protected:
        found["isCopyrightProtected"] = "true"
    if protected or found.get("accessRestrictedTo", "0") != "0":
        catalogue.count("copyright")
    return found


def _classes(node: Node) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """The class of the first system, ISIC where there is one; those of the others as details."""
    found = []
    for each in node.nodes("classification"):
        system = said(each.texts("classificationSystem"), "en")
        if value := said(each.texts("classificationValue"), "en"):
            found.append((system, value))
    found.sort(key=lambda pair: not pair[0].startswith(_FIRST_CLASSES))
    if not found:
        return (), (), {}
    others = {f"classification {system}": value for system, value in found[1:]}
    coded = _CODED.fullmatch(found[0][1])
    if coded is None:
        return (found[0][1],), (), others
    return (coded.group(2),), (coded.group(1),), others


def _people(root: Node, catalogue: Catalogue, details: dict[str, str]) -> None:
    entered = root.node(f"{_ADMINISTRATION}/dataEntryBy")
    entered.text("@isActiveAuthor")
    published = root.node(f"{_ADMINISTRATION}/dataGeneratorAndPublication")
    for key, node in (("dataDocumentor", entered), ("dataGenerator", published)):
        if person := _person(node, "person", catalogue):
            details[key] = person
    if source := read_source(published, "publishedSource", catalogue):
        details["publication"] = source


def _person(node: Node, prefix: str, catalogue: Catalogue) -> str:
    key, name = node.text(f"@{prefix}Id").lower(), node.text(f"@{prefix}Name")
    email = node.text(f"@{prefix}Email")
    if not key and not name:
        return ""
    return catalogue.reference(
        key or derived("person", name, email),
        ReferenceKind.ACTOR,
        {"und": name} if name else {},
        {"email": email} if email else {},
    )


def read_source(node: Node, prefix: str, catalogue: Catalogue) -> str:
    """The id of a source that an element names by first author and year."""
    key = node.text(f"@{prefix}Id").lower()
    year, author = node.text(f"@{prefix}Year"), node.text(f"@{prefix}FirstAuthor")
    if not key and not author:
        return ""
    name = " ".join(filter(None, (author, year)))
    return catalogue.reference(
        key or derived("source", author, year),
        ReferenceKind.SOURCE,
        {"und": name} if name else {},
        {"year": year} if year else {},
    )


def _reviews(root: Node, catalogue: Catalogue) -> list[Review]:
    found = []
    for node in root.node("modellingAndValidation").nodes("review"):
        reviewer = _person(node, "reviewer", catalogue)
        details, others = paragraphs(node, "details"), paragraphs(node, "otherDetails")
        for name in ("Major", "Minor"):
            # Of which version, which is that of the data set or an earlier one.
            node.text(f"@reviewed{name}Release")
            node.text(f"@reviewed{name}Revision")
        date = node.text("@reviewDate")
        tags = dict.fromkeys((*details, *others)) or ({"und": None} if date else {})
        texts = {
            tag: "\n".join(filter(None, (date, details.get(tag), others.get(tag)))) for tag in tags
        }
        found.append(Review(details=texts, reviewers=(reviewer,) if reviewer else ()))
    return found


def _parameters(root: Node, exchanges: Exchanges) -> tuple[Parameter, ...]:
    found = list(exchanges.variables)
    for node in root.node("flowData").nodes("parameter", rows=True):
        names, comment = node.texts("name"), paragraphs(node, "comment")
        unit = said(node.texts("unitName"), "en")
        name = node.text("@variableName")
        value = node.number("@amount")
        key = node.text("@parameterId").lower()
        node.text("@isCalculatedAmount")
        tags = dict.fromkeys((*names, *comment))
        found.append(
            Parameter(
                name=name or said(names, "en") or key,
                value=value,
                formula=node.text("@mathematicalRelation"),
                uncertainty=read_uncertainty(node, value or Decimal(0)).scatter,
                description={
                    tag: "; ".join(
                        filter(
                            None, (names.get(tag), f"[{unit}]" if unit else "", comment.get(tag))
                        )
                    )
                    for tag in tags
                },
                id=key,
            )
        )
    unique: dict[str, Parameter] = {}
    for each in found:
        if unique.setdefault(each.name.casefold(), each) is not each:
            root.notes.tell(
                "variable-twice",
                Act.DROPPED,
                "flowData/parameter",
                Message("Two variables have the same name; the first counts."),
                Message("Give each variable a name of its own."),
                name=each.name,
            )
    return tuple(unique.values())


def _impacts(root: Node) -> list[Result]:
    found = []
    for node in root.node("flowData").nodes("impactIndicator"):
        category, name = node.texts("impactCategoryName"), node.texts("name")
        found.append(
            Result(
                indicator=node.text("@impactIndicatorId").lower(),
                names={
                    tag: " - ".join(filter(None, (category.get(tag), name.get(tag))))
                    for tag in dict.fromkeys((*category, *name))
                },
                amount=node.number("@amount") or Decimal(0),
                unit=said(node.texts("unitName"), "en"),
                method=said(node.texts("impactMethodName"), "en"),
            )
        )
    return found
