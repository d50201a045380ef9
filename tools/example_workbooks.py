"""Write the workbook of every example study from its JSON: `python tools/example_workbooks.py`."""

from pathlib import Path

import tanyuan as ty

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def write_workbooks() -> None:
    """Write examples/*.xlsx anew; equal studies give equal bytes."""
    for file in sorted(EXAMPLES.glob("*.json")):
        workbook = file.with_suffix(".xlsx")
        workbook.write_bytes(ty.write_study(ty.load(file).study, workbook))


if __name__ == "__main__":
    write_workbooks()
