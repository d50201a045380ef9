"""Record what bw2calc answers for the hand-made package, for `test_brightway.py`.

python -m tests.backgrounds.brightway.record PYTHON_WITH_BRIGHTWAY
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.importing import choices
from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import read_package
from tests.formats.openlca.hand_made import generation_2, packed

FILE = Path(__file__).parent / "answers.json"
PROFILE = Profile(keys=(Key.MASS,))


def main(peer):
    with tempfile.TemporaryDirectory() as folder:
        path = packed(Path(folder) / "small.zip", generation_2())
        given, answer = Path(folder) / "choices.json", Path(folder) / "answer.npz"
        package = read_package(path, Report())
        made = choices(package, build(package, PROFILE, Report()), PROFILE)
        given.write_text(json.dumps(made))
        command = [peer, "-m", "bench.import_peer", str(path), str(given), str(answer)]
        subprocess.run(command, check=True)
        with np.load(answer) as found:
            recorded = {
                "bw2calc": str(found["version"]),
                "columns": made["columns"],
                "products": {
                    str(key): values.tolist()
                    for key, values in zip(found["ids"], found["values"], strict=True)
                },
            }
    FILE.write_text(json.dumps(recorded, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
