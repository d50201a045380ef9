"""The JSON Schema of a study document, made from the tables in `footprint.study`."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from tanyuan.footprint.fields import Amount
from tanyuan.footprint.particulars import Particulars
from tanyuan.footprint.study import Study
from tanyuan.formats.layout import REPORT


class _Schema(GenerateJsonSchema):
    def is_instance_schema(self, schema: Any) -> dict[str, Any]:
        """Amounts are numbers or formulas, all else is written as text."""
        return {"type": ["number", "string"] if schema["cls"] is Amount else "string"}

    def dataclass_schema(self, schema: Any) -> dict[str, Any]:
        """Units are texts of the closed table."""
        return {"type": "string"}

    def decimal_schema(self, schema: Any) -> dict[str, Any]:
        """Decimals are read exactly from numbers and texts."""
        return {"type": ["number", "string"]}


@cache
def study_schema(ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """The schema of a study document in JSON or YAML, with the particulars of its report."""
    schema = Study.model_json_schema(schema_generator=_Schema, ref_template=ref_template)
    report = Particulars.model_json_schema(schema_generator=_Schema, ref_template=ref_template)
    schema["properties"][REPORT] = report
    schema["additionalProperties"] = False
    return schema
