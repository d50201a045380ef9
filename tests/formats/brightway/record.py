"""Record what Brightway answers for the workbook of the hand-made package, for `test_writing.py`.

python -m tests.formats.brightway.record PYTHON_WITH_BRIGHTWAY
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tanyuan.backgrounds.elementary import find_gases
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import FlowKind
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.background_export import write_package
from tanyuan.formats.packages import read_package
from tests.formats.openlca.hand_made import generation_2, packed

FILE = Path(__file__).parent / "answers.json"
BY_MASS = Profile(keys=(Key.MASS,))


def units_of(package, flows):
    """How many reference units the unit is in which each flow is counted in the workbook."""
    factors = {unit.id: unit.factor for g in package.unit_groups.values() for unit in g.units}
    return {
        exchange.flow: float(factors[exchange.unit])
        for process in package.processes.values()
        for exchange in process.exchanges
        if exchange.flow in flows
    }


def characterisation(package):
    """What one unit of each elementary flow counts as, for Brightway: resources are positive."""
    taken = {
        exchange.flow: exchange.is_input
        for process in package.processes.values()
        for exchange in process.exchanges
        if package.flows[exchange.flow].kind is FlowKind.ELEMENTARY
    }
    units = units_of(package, taken)
    found = find_gases(package, Measures(package), Report())
    return [
        [one.flow, one.column, one.factor * units[one.flow] * (-1 if taken[one.flow] else 1)]
        for one in found.assigned
    ]


def main(peer):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, given = folder / "small.xlsx", folder / "given.json"
        source = read_package(packed(folder / "small.zip", generation_2()), Report())
        write_package(source, path, "brightway", Report(), choices=BY_MASS)
        package = read_package(path, Report())
        asked = {"factors": characterisation(package), "products": list(package.processes)}
        given.write_text(json.dumps(asked))
        script = Path(__file__).parent / "peer.py"
        subprocess.run([peer, script, path, given, FILE], check=True)


if __name__ == "__main__":
    main(sys.argv[1])
