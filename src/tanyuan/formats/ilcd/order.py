"""The order in which the ILCD 1.1 schemas want elements: one list that fits all of them."""

from __future__ import annotations

from typing import Any

from tanyuan.formats.ilcd.trees import Tree

_ORDER = (
    *("processInformation", "flowInformation", "flowPropertiesInformation"),
    *("unitGroupInformation", "sourceInformation", "contactInformation"),
    *("modellingAndValidation", "administrativeInformation"),
    # Information
    *("dataSetInformation", "quantitativeReference", "time", "geography", "technology"),
    "mathematicalRelations",
    *("UUID", "shortName", "name", "identifierOfSubDataSet", "synonyms"),
    *("classificationInformation", "CASNumber", "sumFormula"),
    *("sourceCitation", "publicationType", "sourceDescriptionOrComment"),
    *("referenceToDigitalFile", "contactAddress", "telephone", "telefax", "email", "WWWAddress"),
    "contactDescriptionOrComment",
    *("baseName", "treatmentStandardsRoutes", "mixAndLocationTypes"),
    "functionalUnitFlowProperties",
    *("elementaryFlowCategorization", "classification", "category", "class"),
    *("referenceToReferenceFlow", "functionalUnitOrOther"),
    *("referenceToReferenceFlowProperty", "referenceToReferenceUnitGroup"),
    "referenceToReferenceUnit",
    *("referenceYear", "dataSetValidUntil", "timeRepresentativenessDescription"),
    *("locationOfOperationSupplyOrProduction", "locationOfSupply", "descriptionOfRestrictions"),
    *("technologyDescriptionAndIncludedProcesses", "technologicalApplicability"),
    *("modelDescription", "variableParameter", "formula"),
    # Modelling
    *("LCIMethod", "LCIMethodAndAllocation", "dataSourcesTreatmentAndRepresentativeness"),
    *("completeness", "validation", "complianceDeclarations"),
    *("typeOfDataSet", "LCIMethodPrinciple", "deviationsFromLCIMethodPrinciple"),
    *("LCIMethodApproaches", "deviationsFromLCIMethodApproaches"),
    *("modellingConstants", "deviationsFromModellingConstants"),
    *("dataCutOffAndCompletenessPrinciples", "deviationsFromCutOffAndCompletenessPrinciples"),
    "dataSelectionAndCombinationPrinciples",
    "deviationsFromSelectionAndCombinationPrinciples",
    "dataTreatmentAndExtrapolationsPrinciples",
    "deviationsFromTreatmentAndExtrapolationPrinciples",
    *("referenceToDataSource", "percentageSupplyOrProductionCovered"),
    *("annualSupplyOrProductionVolume", "samplingProcedure", "dataCollectionPeriod"),
    *("uncertaintyAdjustments", "useAdviceForDataSet", "completenessProductModel"),
    *("review", "scope", "method", "reviewDetails", "referenceToNameOfReviewerAndInstitution"),
    "referenceToCompleteReviewReport",
    *("compliance", "referenceToComplianceSystem", "approvalOfOverallCompliance"),
    *("nomenclatureCompliance", "methodologicalCompliance", "reviewCompliance"),
    *("documentationCompliance", "qualityCompliance"),
    # Administration
    *("commissionerAndGoal", "dataGenerator", "dataEntryBy", "publicationAndOwnership"),
    *("referenceToCommissioner", "project", "intendedApplications"),
    "referenceToPersonOrEntityGeneratingTheDataSet",
    *("timeStamp", "referenceToDataSetFormat", "referenceToPersonOrEntityEnteringTheData"),
    *("dateOfLastRevision", "dataSetVersion", "permanentDataSetURI"),
    *("workflowAndPublicationStatus", "referenceToUnchangedRepublication"),
    *("referenceToRegistrationAuthority", "registrationNumber"),
    *("referenceToOwnershipOfDataSet", "copyright", "licenseType", "accessRestrictions"),
    # Exchanges, results, flow properties, units
    *("exchanges", "exchange", "LCIAResults", "LCIAResult", "units", "unit"),
    *("referenceToFlowDataSet", "referenceToLCIAMethodDataSet"),
    "referenceToFlowPropertyDataSet",
    *("location", "functionType", "exchangeDirection", "referenceToVariable", "meanAmount"),
    *("resultingAmount", "meanValue", "minimumAmount", "maximumAmount", "minimumValue"),
    *("maximumValue", "uncertaintyDistributionType", "relativeStandardDeviation95In"),
    *("allocations", "allocation", "dataSourceType", "dataDerivationTypeStatus", "comment"),
    "generalComment",
    *("flowProperties", "flowProperty"),
    *("shortDescription", "epd:amount", "epd:referenceToUnitGroupDataSet", "epd:subType"),
    *("epd2:publicationDateOfEPD", "epd24:expirationDateOfEPD", "other"),
)
_RANK = {name: rank for rank, name in enumerate(_ORDER)}


def ordered(value: Any) -> Any:
    """A tree with its elements in the order of the schemas; attributes first, by name."""
    if isinstance(value, list):
        return [ordered(each) for each in value]
    if not isinstance(value, dict):
        return value
    keys = sorted(value, key=_rank)
    found: Tree = {key: ordered(value[key]) for key in keys}
    return found


def _rank(key: str) -> tuple[int, int, str]:
    if key[0] in "@#":
        return 0, 0, key
    return 1, _RANK[key.removeprefix("common:")], key
