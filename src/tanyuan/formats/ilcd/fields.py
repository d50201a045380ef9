"""Which field of ILCD is which of the model: one table for reading and for writing.

Paths are those of the ILCD 1.1 schemas; reading takes names with and without `common:`, because
TIDAS drops the prefix in places. Keys are those of openLCA's process documentation where it has
the field (as openLCA itself maps it), else ILCD's own name.
"""

from __future__ import annotations

from collections.abc import Mapping

from tanyuan.backgrounds.package import AllocationKind, FlowKind, ProcessKind

_SET = "processInformation/dataSetInformation"
_TECHNOLOGY = "processInformation/technology"
_METHOD = "modellingAndValidation/LCIMethodAndAllocation"
_SOURCES = "modellingAndValidation/dataSourcesTreatmentAndRepresentativeness"
_GOAL = "administrativeInformation/common:commissionerAndGoal"
_ENTRY = "administrativeInformation/dataEntryBy"
_OWNER = "administrativeInformation/publicationAndOwnership"
PLACE = "processInformation/geography/locationOfOperationSupplyOrProduction"
BETWEEN = "; "
"""What stands between values of a list that is kept as one text."""

NAME_PARTS = ("treatmentStandardsRoutes", "mixAndLocationTypes")
"""What follows the base name in a full name, with one more for each kind of data set."""
PROCESS_NAME_PARTS = (*NAME_PARTS, "functionalUnitFlowProperties")
FLOW_NAME_PARTS = (*NAME_PARTS, "flowProperties")

PROCESS_TEXTS: Mapping[str, str] = {
    "functionalUnitOrOther": "processInformation/quantitativeReference/functionalUnitOrOther",
    "timeDescription": "processInformation/time/common:timeRepresentativenessDescription",
    "geographyDescription": f"{PLACE}/descriptionOfRestrictions",
    "technologyDescription": f"{_TECHNOLOGY}/technologyDescriptionAndIncludedProcesses",
    "technologicalApplicability": f"{_TECHNOLOGY}/technologicalApplicability",
    "modelDescription": "processInformation/mathematicalRelations/modelDescription",
    "inventoryMethodDescription": f"{_METHOD}/deviationsFromLCIMethodPrinciple",
    "deviationsFromLCIMethodApproaches": f"{_METHOD}/deviationsFromLCIMethodApproaches",
    "modelingConstantsDescription": f"{_METHOD}/modellingConstants",
    "deviationsFromModellingConstants": f"{_METHOD}/deviationsFromModellingConstants",
    "completenessDescription": f"{_SOURCES}/dataCutOffAndCompletenessPrinciples",
    "deviationsFromCutOffAndCompletenessPrinciples": (
        f"{_SOURCES}/deviationsFromCutOffAndCompletenessPrinciples"
    ),
    "dataSelectionDescription": f"{_SOURCES}/dataSelectionAndCombinationPrinciples",
    "deviationsFromSelectionAndCombinationPrinciples": (
        f"{_SOURCES}/deviationsFromSelectionAndCombinationPrinciples"
    ),
    "dataTreatmentDescription": f"{_SOURCES}/dataTreatmentAndExtrapolationsPrinciples",
    "deviationsFromTreatmentAndExtrapolationPrinciples": (
        f"{_SOURCES}/deviationsFromTreatmentAndExtrapolationPrinciples"
    ),
    "annualSupplyOrProductionVolume": f"{_SOURCES}/annualSupplyOrProductionVolume",
    "samplingDescription": f"{_SOURCES}/samplingProcedure",
    "dataCollectionDescription": f"{_SOURCES}/dataCollectionPeriod",
    "uncertaintyAdjustments": f"{_SOURCES}/uncertaintyAdjustments",
    "useAdvice": f"{_SOURCES}/useAdviceForDataSet",
    "projectDescription": f"{_GOAL}/common:project",
    "intendedApplication": f"{_GOAL}/common:intendedApplications",
    "restrictionsDescription": f"{_OWNER}/common:accessRestrictions",
}
"""Texts of a process by key."""

PROCESS_DETAILS: Mapping[str, str] = {
    "identifierOfSubDataSet": f"{_SET}/identifierOfSubDataSet",
    "latitudeAndLongitude": f"{PLACE}/@latitudeAndLongitude",
    "typeOfDataSet": f"{_METHOD}/typeOfDataSet",
    "subType": f"{_METHOD}/common:other/epd:subType",
    "publicationDateOfEPD": "processInformation/time/common:other/epd2:publicationDateOfEPD",
    "expirationDateOfEPD": "processInformation/time/common:other/epd24:expirationDateOfEPD",
    "LCIMethodPrinciple": f"{_METHOD}/LCIMethodPrinciple",
    "percentageSupplyOrProductionCovered": f"{_SOURCES}/percentageSupplyOrProductionCovered",
    "completenessProductModel": "modellingAndValidation/completeness/completenessProductModel",
    "dateOfLastRevision": f"{_OWNER}/common:dateOfLastRevision",
    "permanentDataSetURI": f"{_OWNER}/common:permanentDataSetURI",
    "workflowAndPublicationStatus": f"{_OWNER}/common:workflowAndPublicationStatus",
    "registrationNumber": f"{_OWNER}/common:registrationNumber",
    "isCopyrightProtected": f"{_OWNER}/common:copyright",
    "licenseType": f"{_OWNER}/common:licenseType",
}
"""Values of a process by key."""

SOURCE, ACTOR = "source data set", "contact data set"
PROCESS_REFERENCES: Mapping[str, tuple[str, str]] = {
    "commissioner": (f"{_GOAL}/common:referenceToCommissioner", ACTOR),
    "dataGenerator": (
        "administrativeInformation/dataGenerator/"
        "common:referenceToPersonOrEntityGeneratingTheDataSet",
        ACTOR,
    ),
    "dataDocumentor": (f"{_ENTRY}/common:referenceToPersonOrEntityEnteringTheData", ACTOR),
    "publication": (f"{_OWNER}/common:referenceToUnchangedRepublication", SOURCE),
    "registrationAuthority": (f"{_OWNER}/common:referenceToRegistrationAuthority", ACTOR),
    "dataSetOwner": (f"{_OWNER}/common:referenceToOwnershipOfDataSet", ACTOR),
}
"""Sources and actors that a process names, by key: where, and of which type."""
PROCESS_SOURCES = f"{_SOURCES}/referenceToDataSource"
REVIEWS = "modellingAndValidation/validation"
METHOD = _METHOD

FLOW_TEXTS: Mapping[str, str] = {
    "technologicalApplicability": "flowInformation/technology/technologicalApplicability",
}
UNKNOWN_DERIVATION = "Unknown derivation"
UNKNOWN_TIME = "1970-01-01T00:00:00Z"
"""What is written where a time must stand and none is known."""
EXCHANGE_DETAILS = ("dataSourceType", "dataDerivationTypeStatus")

CONTACT_TEXTS: Mapping[str, str] = {
    "email": "email",
    "telephone": "telephone",
    "telefax": "telefax",
    "website": "WWWAddress",
}
"""Details of an actor, under openLCA's keys, by field of a contact."""
SOURCE_TEXTS: Mapping[str, str] = {
    "textReference": "sourceCitation",
    "publicationType": "publicationType",
}
"""Details of a source by field of a source data set."""

FLOW_KINDS: Mapping[str, FlowKind] = {
    "Elementary flow": FlowKind.ELEMENTARY,
    "Product flow": FlowKind.PRODUCT,
    "Waste flow": FlowKind.WASTE,
}
PLAIN_KINDS: Mapping[str, ProcessKind] = {
    "Unit process, black box": ProcessKind.UNIT,
    "LCI result": ProcessKind.RESULT,
}
"""Types of process data sets that say no more than the model's two kinds."""
OTHER_KINDS: Mapping[str, ProcessKind] = {
    "Unit process, single operation": ProcessKind.UNIT,
    # Its open inputs are to be linked, as those of a unit process are.
    "Partly terminated system": ProcessKind.UNIT,
    "Avoided product system": ProcessKind.RESULT,
    "EPD": ProcessKind.RESULT,
}
"""The others; which one it was stays in the details."""

APPROACHES: Mapping[str, AllocationKind] = {
    "Allocation - market value": AllocationKind.ECONOMIC,
    "Allocation - mass": AllocationKind.PHYSICAL,
    "Allocation - gross calorific value": AllocationKind.PHYSICAL,
    "Allocation - net calorific value": AllocationKind.PHYSICAL,
    "Allocation - exergetic content": AllocationKind.PHYSICAL,
    "Allocation - element content": AllocationKind.PHYSICAL,
    "Allocation - volume": AllocationKind.PHYSICAL,
    "Allocation - physical causality": AllocationKind.PHYSICAL,
    "Allocation - marginal causality": AllocationKind.CAUSAL,
    "Allocation - other explicit assignment": AllocationKind.CAUSAL,
}
"""Kinds of allocation by the approach that a process states."""
APPROACH_OF: Mapping[AllocationKind, str] = {
    AllocationKind.PHYSICAL: "Allocation - physical causality",
    AllocationKind.ECONOMIC: "Allocation - market value",
    AllocationKind.CAUSAL: "Allocation - other explicit assignment",
}
"""The approach that stands for a kind when it is written, as openLCA writes it."""

FOLDERS: Mapping[str, str] = {
    "unitGroupDataSet": "unitgroups",
    "flowPropertyDataSet": "flowproperties",
    "flowDataSet": "flows",
    "processDataSet": "processes",
    "sourceDataSet": "sources",
    "contactDataSet": "contacts",
    "LCIAMethodDataSet": "lciamethods",
    "lifeCycleModelDataSet": "lifecyclemodels",
}
TYPES: Mapping[str, str] = {
    "unitGroupDataSet": "unit group data set",
    "flowPropertyDataSet": "flow property data set",
    "flowDataSet": "flow data set",
    "processDataSet": "process data set",
    "sourceDataSet": SOURCE,
    "contactDataSet": ACTOR,
    "LCIAMethodDataSet": "LCIA method data set",
}
"""How references name the type of a data set, by its root."""
