"""The template: a small study, made up and marked so, for a newcomer to write over."""

from __future__ import annotations

from typing import Any

from tanyuan.footprint.study import Study

_LINES: list[dict[str, Any]] = [
    {
        "id": "steel",
        "name_zh": "钢材",
        "name_en": "Steel",
        "stage": "raw_material",
        "amount": "1.2",
        "unit": "kg",
        "ref": "MA-0184",
    },
    {
        "id": "truck",
        "name_zh": "钢材运输，公路",
        "name_en": "Transport of the steel, road",
        "stage": "raw_material",
        "amount": "1.2",
        "unit": "kg",
        "distance": "300",
        "ref": "TR-0010",
    },
    {
        "id": "power",
        "name_zh": "冲压用电",
        "name_en": "Power of the press",
        "stage": "production",
        "amount": "0.85",
        "unit": "kWh",
        "ref": "EL-0121",
        "data_kind": "primary_site",
        "supply": "grid",
        "evidence": "电费单 electricity bill",
    },
]


def template_study() -> Study:
    """The template's study."""
    return Study.model_validate(
        {
            "id": "example-bracket",
            "name_zh": "示例：钢支架（虚构，请改写）",
            "name_en": "Example: steel bracket (made up, write over it)",
            "unit": "piece",
            "description_zh": "一个 1.1 kg 的钢支架",
            "description_en": "one steel bracket of 1.1 kg",
            "boundary": "cradle_to_gate",
            "period_start": "2025-01-01",
            "period_end": "2025-12-31",
            "geography": "CN",
            "synthetic": True,
            "lines": _LINES,
        }
    )
