"""The generated background as an openLCA JSON-LD package (schema 2), of the size of a real one."""

from __future__ import annotations

import json
import uuid
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.generator import COLUMNS, Background, make

Mask = NDArray[np.bool_]
SPACE = uuid.UUID("5ba1a0f5-0c0f-4d5c-9a6f-3d1f6c1f2b51")
MASS = "93a60a56-a3c8-11da-a746-0800200b9a66"
KILOGRAM = "20aadc24-a391-41cf-b340-3e4529f44bde"
AIR = "Elementary flows/Emission to air/unspecified"
DOCUMENTATION = {
    "validFrom": "2024-01-01",
    "validUntil": "2026-12-31",
    "technologyDescription": "Generated. " * 40,
    "geographyDescription": "Generated. " * 20,
}


def write_package(path: Path, processes: int) -> int:
    """Write a package of so many processes and answer how many exchanges it has."""
    background = make(processes)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("olca-schema.json", '{"version":2}')
        location = key("location", 0)
        place = {"@type": "Location", "@id": location, "name": "Global", "code": "GLO"}
        archive.writestr(f"locations/{location}.json", json.dumps(place))
        wastes = set(background.technosphere.row[made_negative(background)].tolist())
        for number in range(background.processes):
            kind = "WASTE_FLOW" if number in wastes else "PRODUCT_FLOW"
            write_flow(archive, key("product", number), product_name(number), kind, "Made")
        for number in range(background.flows):
            name = flow_name(background, number)
            write_flow(archive, key("flow", number), name, "ELEMENTARY_FLOW", AIR)
        for number, exchanges in enumerate(by_process(background)):
            write_process(archive, number, exchanges, location)
    return len(background.technosphere.row) + len(background.interventions.row)


def key(kind: str, number: int) -> str:
    """The id of an object."""
    return str(uuid.uuid5(SPACE, f"{kind} {number}"))


def made_negative(background: Background) -> Mask:
    """Which exchanges are wastes that their process treats."""
    table = background.technosphere
    return (table.row == table.column) & (table.amount < 0)


def product_name(number: int) -> str:
    """What a process makes."""
    return f"Product {number}, at plant"


def flow_name(background: Background, number: int) -> str:
    """A name that is a gas where the flow is one."""
    column = int(background.flow_column[number])
    return _GASES[list(COLUMNS)[column]] if column >= 0 else f"Substance {number}"


_GASES = {
    "CO2|fossil": "Carbon dioxide, fossil",
    "CH4|fossil": "Methane, fossil",
    "N2O|fossil": "Dinitrogen monoxide",
    "CH4|biogenic": "Methane, biogenic",
    "SF6|fossil": "Sulfur hexafluoride",
    "CO2|land use": "Carbon dioxide, land transformation",
    "CO2|removal": "Carbon dioxide, to soil or biomass stock",
}


def write_flow(archive: zipfile.ZipFile, id_: str, name: str, kind: str, category: str) -> None:
    """One flow, measured by mass."""
    factor = {
        "flowProperty": {"@type": "FlowProperty", "@id": MASS, "name": "Mass"},
        "conversionFactor": 1.0,
        "isRefFlowProperty": True,
    }
    flow = {
        "@type": "Flow",
        "@id": id_,
        "name": name,
        "category": category,
        "version": "01.00.000",
        "lastChange": "2026-01-01T00:00:00Z",
        "flowType": kind,
        "flowProperties": [factor],
    }
    archive.writestr(f"flows/{id_}.json", json.dumps(flow))


def by_process(background: Background) -> list[list[dict[str, Any]]]:
    """The exchanges of each process; its product first."""
    found: list[list[dict[str, Any]]] = [[] for _ in range(background.processes)]
    wastes = set(background.technosphere.row[made_negative(background)].tolist())
    inner, outer = background.technosphere, background.interventions
    for table, kind in ((inner, "product"), (outer, "flow")):
        rows, columns = table.row.tolist(), table.column.tolist()
        for row, column, amount, sigma in zip(
            rows, columns, table.amount.tolist(), table.sigma.tolist(), strict=True
        ):
            reference = kind == "product" and row == column and not found[column]
            avoided = kind == "product" and amount > 0 and not reference and row not in wastes
            each = exchange(kind, row, amount, sigma, reference=reference)
            found[column].append({**each, "isAvoidedProduct": avoided})
    for exchanges in found:
        for number, each in enumerate(exchanges, 1):
            each["internalId"] = number
    return found


def exchange(
    kind: str, row: int, amount: float, sigma: float, *, reference: bool
) -> dict[str, Any]:
    """One exchange; technosphere amounts are negative where something is taken."""
    is_input = kind == "product" and amount < 0
    found: dict[str, Any] = {
        "@type": "Exchange",
        "amount": -amount if is_input else amount,
        "flow": {"@type": "Flow", "@id": key(kind, row), "refUnit": "kg"},
        "unit": {"@type": "Unit", "@id": KILOGRAM, "name": "kg"},
        "flowProperty": {"@type": "FlowProperty", "@id": MASS, "name": "Mass"},
        "isInput": is_input,
        "isQuantitativeReference": reference,
        "dqEntry": "(2;3;2;1;3)",
    }
    if kind == "product" and not reference:
        found["defaultProvider"] = {"@type": "Process", "@id": key("process", row)}
    if sigma > 0:
        found["uncertainty"] = {
            "@type": "Uncertainty",
            "distributionType": "LOG_NORMAL_DISTRIBUTION",
            "geomMean": abs(found["amount"]),
            "geomSd": float(np.exp(sigma)),
        }
    return found


def write_process(
    archive: zipfile.ZipFile, number: int, exchanges: list[dict[str, Any]], location: str
) -> None:
    """One process."""
    process = {
        "@type": "Process",
        "@id": key("process", number),
        "name": f"Production of {product_name(number)}",
        "category": "Made",
        "version": "01.00.000",
        "lastChange": "2026-01-01T00:00:00Z",
        "processType": "UNIT_PROCESS",
        "location": {"@type": "Location", "@id": location, "name": "Global"},
        "processDocumentation": DOCUMENTATION,
        "exchanges": exchanges,
        "lastInternalId": len(exchanges),
    }
    archive.writestr(f"processes/{process['@id']}.json", json.dumps(process))
