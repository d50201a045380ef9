"""From ILCD to TIDAS: what its schemas ask for beyond ILCD, and what they do not allow.

Where a schema wants a field of which nothing is known, it gets what means just that: an empty list
of texts or references, `Not defined`, `Unknown derivation`, `NULL`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tanyuan.formats.ilcd.fields import UNKNOWN_DERIVATION, UNKNOWN_TIME
from tanyuan.formats.ilcd.nodes import guessed_language
from tanyuan.formats.ilcd.objects import placeholder_note
from tanyuan.formats.ilcd.trees import NAMESPACES, PREFIXES, Tree
from tanyuan.formats.tidas import lists

_ADMIN = "administrativeInformation"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_EC_NUMBER = "http://eplca.jrc.ec.europa.eu/ILCD/Extensions/2018/ECNumber"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SCHEMAS = {
    "processDataSet": "ILCD_ProcessDataSet.xsd",
    "flowDataSet": "ILCD_FlowDataSet.xsd",
    "flowPropertyDataSet": "ILCD_FlowPropertyDataSet.xsd",
    "unitGroupDataSet": "ILCD_UnitGroupDataSet.xsd",
    "sourceDataSet": "ILCD_SourceDataSet.xsd",
    "contactDataSet": "ILCD_ContactDataSet.xsd",
}
_NO_RESULT = [
    {"@xml:lang": "en", "#text": "No result is stated; the format asks for an entry."},
    {"@xml:lang": "zh", "#text": "未给出影响评价结果；此条仅因格式要求而存在。"},
]
_UNDEFINED = (
    *("common:approvalOfOverallCompliance", "common:nomenclatureCompliance"),
    *("common:methodologicalCompliance", "common:reviewCompliance"),
    *("common:documentationCompliance", "common:qualityCompliance"),
)


def completed(kind: str, tree: Tree) -> Tree:
    """The tree of an ILCD data set as TIDAS wants it; the tree itself is changed."""
    namespace = NAMESPACES[kind]
    tree |= {
        "@xmlns": namespace,
        "@xmlns:common": PREFIXES["common"],
        "@xmlns:xsi": _XSI,
        "@xsi:schemaLocation": f"{namespace} ../../schemas/{_SCHEMAS[kind]}",
    }
    _default(tree, f"{_ADMIN}/dataEntryBy/common:timeStamp", UNKNOWN_TIME)
    _default(tree, f"{_ADMIN}/publicationAndOwnership/common:referenceToOwnershipOfDataSet", [])
    _COMPLETE[kind](tree)
    _say_language(tree)
    return tree


def _say_language(value: Any) -> None:
    """Mark texts by what they are: TIDAS refuses English with Chinese characters, and the reverse.

    A text that says nothing more than another of its field is left out.
    """
    if isinstance(value, dict):
        for each in value.values():
            _say_language(each)
    elif isinstance(value, list):
        if not value or not isinstance(value[0], dict) or "@xml:lang" not in value[0]:
            for each in value:
                _say_language(each)
            return
        said = {each["@xml:lang"]: each["#text"] for each in value}
        for tag in {"en", "zh"} & said.keys():
            meant = guessed_language(said[tag])
            if meant != tag:
                text = said.pop(tag)
                said.setdefault(meant, text)
        value[:] = [{"@xml:lang": tag, "#text": said[tag]} for tag in sorted(said)]


def _at(tree: Tree, path: str) -> Any:
    node: Any = tree
    for name in path.split("/"):
        node = node.get(name) if isinstance(node, dict) else None
    return node


def _set(tree: Tree, path: str, value: Any) -> None:
    """Set a value at a path, even an empty one."""
    where, _, name = path.rpartition("/")
    for part in where.split("/") if where else ():
        tree = tree.setdefault(part, {})
    tree[name] = value


def _default(tree: Tree, path: str, value: Any) -> None:
    if _at(tree, path) is None:
        _set(tree, path, value)


def _drop(tree: Tree, path: str) -> None:
    where, _, name = path.rpartition("/")
    node = _at(tree, where) if where else tree
    if isinstance(node, dict):
        node.pop(name, None)


def _move(tree: Tree, path: str, name: str) -> None:
    """Give the field at a path another name."""
    where, _, old = path.rpartition("/")
    node = _at(tree, where)
    if isinstance(node, dict) and old in node:
        node[name] = node.pop(old)


def _only(tree: Tree, path: str) -> None:
    """A field of which the schema allows one only: none, where there are several."""
    found = _at(tree, path)
    if isinstance(found, list):
        if len(found) == 1:
            _set(tree, path, found[0])
        else:
            _drop(tree, path)


def _undefined_compliance(tree: Tree, names: tuple[str, ...]) -> None:
    path = "modellingAndValidation/complianceDeclarations/compliance"
    _default(tree, f"{path}/common:referenceToComplianceSystem", [])
    for name in names:
        _default(tree, f"{path}/{name}", "Not defined")


def _given(tree: Tree, information: str, system: str = "common:classification") -> list[Tree]:
    name = "common:category" if system.endswith("Categorization") else "common:class"
    found = _at(tree, f"{information}/classificationInformation/{system}/{name}")
    return found if isinstance(found, list) else []


def _one_class(tree: Tree, information: str, name: str, other: str) -> None:
    found = lists.one_class(name, _given(tree, information), other)
    _set(tree, f"{information}/classificationInformation/common:classification/common:class", found)


def _all_levels(tree: Tree, information: str, name: str) -> None:
    """The class of a process or flow in all levels of its list, with a note on placeholders."""
    elementary = name == "elementary"
    system = "common:elementaryFlowCategorization" if elementary else "common:classification"
    code = "@catId" if elementary else "@classId"
    levels, known = lists.classes(name, _given(tree, information, system), code)
    found: Tree = {"common:category" if elementary else "common:class": levels}
    if known < len(levels):
        found["@name"] = placeholder_note(known)
    _set(tree, f"{information}/classificationInformation", {system: found})


def _unit_group(tree: Tree) -> None:
    information = "unitGroupInformation/dataSetInformation"
    _default(tree, f"{information}/common:name", [])
    _one_class(tree, information, "unit-group", "4")
    _default(tree, "unitGroupInformation/quantitativeReference/referenceToReferenceUnit", "")
    _undefined_compliance(tree, _UNDEFINED[:1])


def _property(tree: Tree) -> None:
    information = "flowPropertiesInformation/dataSetInformation"
    _default(tree, f"{information}/common:name", [])
    _one_class(tree, information, "property", "4")


def _flow(tree: Tree) -> None:
    information = "flowInformation/dataSetInformation"
    tree |= {"@xmlns:ecn": _EC_NUMBER, "@locations": "../ILCDLocations.xml"}
    for name in ("treatmentStandardsRoutes", "mixAndLocationTypes"):
        _default(tree, f"{information}/name/{name}", [])
    if _at(tree, "modellingAndValidation/LCIMethod/typeOfDataSet") == "Elementary flow":
        _all_levels(tree, information, "elementary")
    else:
        _all_levels(tree, information, "product")
    supply = _at(tree, "flowInformation/geography/locationOfSupply")
    if supply:
        _set(tree, "flowInformation/geography/locationOfSupply", lists.place(supply[0]["#text"]))
    _undefined_compliance(tree, _UNDEFINED[:1])
    # One property only: that in which the flow is measured.
    reference = _at(tree, "flowInformation/quantitativeReference/referenceToReferenceFlowProperty")
    for each in _at(tree, "flowProperties/flowProperty") or []:
        if each["@dataSetInternalID"] == reference:
            _set(tree, "flowProperties/flowProperty", each)


def _source(tree: Tree) -> None:
    information = "sourceInformation/dataSetInformation"
    _default(tree, f"{information}/common:shortName", [])
    _one_class(tree, information, "source", "6")
    _keep_if(tree, f"{information}/referenceToDigitalFile/@uri", _ADDRESS)


def _contact(tree: Tree) -> None:
    information = "contactInformation/dataSetInformation"
    _default(tree, f"{information}/common:name", [])
    _default(tree, f"{information}/common:shortName", _at(tree, f"{information}/common:name"))
    _one_class(tree, information, "contact", "5")
    _keep_if(tree, f"{information}/email", _EMAIL)


def _keep_if(tree: Tree, path: str, pattern: re.Pattern[str]) -> None:
    found = _at(tree, path)
    if found is not None and pattern.fullmatch(found) is None:
        _drop(tree, path)


def _process(tree: Tree) -> None:
    information = "processInformation/dataSetInformation"
    tree["@locations"] = "../ILCDLocations.xml"
    for name in ("treatmentStandardsRoutes", "mixAndLocationTypes"):
        _default(tree, f"{information}/name/{name}", [])
    _all_levels(tree, information, "process")
    _default(tree, f"{information}/common:generalComment", [])
    where = "processInformation/quantitativeReference"
    _default(tree, f"{where}/@type", "Reference flow(s)")
    _default(tree, f"{where}/referenceToReferenceFlow", "")
    _time(tree)
    place = "processInformation/geography/locationOfOperationSupplyOrProduction"
    _set(tree, f"{place}/@location", lists.place(_at(tree, f"{place}/@location") or ""))
    _only(tree, "processInformation/mathematicalRelations/variableParameter")
    _modelling(tree)
    _administration(tree)
    _default(tree, "exchanges/exchange", [])
    exchanges = _at(tree, "exchanges/exchange")
    _set(tree, "exchanges/exchange", [each for each in exchanges if "common:other" not in each])
    for each in _at(tree, "exchanges/exchange"):
        each.setdefault("dataDerivationTypeStatus", UNKNOWN_DERIVATION)
        _only(each, "allocations/allocation")
        if "allocations" in each and not each["allocations"]:
            del each["allocations"]
    results = [
        each for each in _at(tree, "LCIAResults/LCIAResult") or () if "common:other" not in each
    ]
    first = results[0] if results else {"meanAmount": "0", "generalComment": _NO_RESULT}
    _set(tree, "LCIAResults/LCIAResult", first)


def _time(tree: Tree) -> None:
    time = "processInformation/time"
    changed = _at(tree, f"{_ADMIN}/dataEntryBy/common:timeStamp")
    _default(tree, f"{time}/common:referenceYear", changed[:4])
    for name in ("referenceYear", "dataSetValidUntil", "timeRepresentativenessDescription"):
        value = _at(tree, f"{time}/common:{name}")
        if value is not None:
            value = max(int(value), 1000) if isinstance(value, str) else value
            # Editions of the schemas differ in the prefix.
            _set(tree, f"{time}/common:{name}", value)
            _set(tree, f"{time}/{name}", value)
    for name in ("epd2:publicationDateOfEPD", "epd24:expirationDateOfEPD"):
        _drop(tree, f"{time}/common:other/{name}")
    _drop(tree, f"{time}/common:other")


def _modelling(tree: Tree) -> None:
    method = "modellingAndValidation/LCIMethodAndAllocation"
    _drop(tree, f"{method}/common:other")
    if _at(tree, f"{method}/typeOfDataSet") == "EPD":
        _set(tree, f"{method}/typeOfDataSet", "LCI result")
    _only(tree, f"{method}/LCIMethodApproaches")
    covered = "modellingAndValidation/dataSourcesTreatmentAndRepresentativeness"
    if _at(tree, covered):
        _default(tree, f"{covered}/annualSupplyOrProductionVolume", [])
    _keep_if(tree, f"{covered}/percentageSupplyOrProductionCovered", re.compile(r"0\.\d+"))
    review = "modellingAndValidation/validation/review"
    found = _at(tree, review) or [{}]
    _set(tree, review, found[0])
    _default(tree, f"{review}/@type", "Not reviewed")
    _default(tree, f"{review}/scope", [])
    for name in (
        *("reviewDetails", "referenceToNameOfReviewerAndInstitution"),
        "referenceToCompleteReviewReport",
    ):
        _move(tree, f"{review}/common:{name}", name)
        # The schema of 2025 asks for it here too, by mistake.
        _set(tree, f"modellingAndValidation/validation/{name}", [])
    _undefined_compliance(tree, _UNDEFINED)


def _administration(tree: Tree) -> None:
    goal = f"{_ADMIN}/common:commissionerAndGoal"
    _default(tree, f"{goal}/common:referenceToCommissioner", [])
    _default(tree, f"{goal}/common:intendedApplications", [])
    entered = f"{_ADMIN}/dataEntryBy"
    _default(tree, f"{entered}/common:referenceToPersonOrEntityEnteringTheData", [])
    owner = f"{_ADMIN}/publicationAndOwnership"
    key = _at(tree, "processInformation/dataSetInformation/common:UUID")
    _keep_if(tree, f"{owner}/common:permanentDataSetURI", _ADDRESS)
    _default(tree, f"{owner}/common:permanentDataSetURI", f"urn:uuid:{key}")
    _default(tree, f"{owner}/common:copyright", "false")
    _default(tree, f"{owner}/common:licenseType", "Other")


_COMPLETE: Mapping[str, Callable[[Tree], None]] = {
    "unitGroupDataSet": _unit_group,
    "flowPropertyDataSet": _property,
    "flowDataSet": _flow,
    "sourceDataSet": _source,
    "contactDataSet": _contact,
    "processDataSet": _process,
}
