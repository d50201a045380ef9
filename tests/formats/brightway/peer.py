"""What Brightway answers for a workbook; runs where bw2io and bw2calc are installed.

bw2data stores amounts as 32-bit numbers; here bw2calc is given those that bw2io read, whole.
"""

import json
import os
import sys
import tempfile
from pathlib import Path


def main(workbook, given, answer):
    os.environ["BRIGHTWAY2_DIR"] = tempfile.mkdtemp()
    import bw2calc
    import bw2data
    import bw2io
    import bw_processing as bwp
    import numpy as np

    bw2data.projects.set_current("tanyuan")
    bw2data.Database("biosphere3").write({})
    importer = bw2io.ExcelImporter(workbook)
    importer.apply_strategies(verbose=False)
    nodes = {(each["database"], each["code"]): row for row, each in enumerate(importer.data, 1)}
    indices, amounts, flips = ([], []), ([], []), []
    for activity in importer.data:
        column = nodes[activity["database"], activity["code"]]
        for edge in activity["exchanges"]:
            outer = edge["type"] == "biosphere"
            indices[outer].append((nodes[tuple(edge["input"])], column))
            amounts[outer].append(edge["amount"])
            if not outer:
                flips.append(edge["type"] == "technosphere")
    package = bwp.create_datapackage()
    for matrix, rows, values, more in (
        ("technosphere_matrix", indices[0], amounts[0], {"flip_array": np.array(flips)}),
        ("biosphere_matrix", indices[1], amounts[1], {}),
    ):
        package.add_persistent_vector(
            matrix=matrix,
            indices_array=np.array(rows, dtype=bwp.INDICES_DTYPE),
            data_array=np.array(values, dtype=float),
            **more,
        )
    asked = json.loads(Path(given).read_text(encoding="utf-8"))
    scores = {}
    for code in asked["products"]:
        lca = bw2calc.LCA({nodes[importer.db_name, code]: 1}, data_objs=[package])
        lca.lci()
        totals = np.asarray(lca.inventory.sum(axis=1)).ravel()
        found = scores[code] = dict.fromkeys(sorted({gas for _, gas, _ in asked["factors"]}), 0.0)
        for flow, gas, factor in asked["factors"]:
            row = lca.dicts.biosphere.get(nodes[importer.db_name, flow])
            found[gas] += 0.0 if row is None else float(totals[row]) * factor
    unlinked = importer.statistics()[2]
    versions = {each.__name__: str(each.__version__) for each in (bw2io, bw2data, bw2calc)}
    result = {"versions": versions, "unlinked": unlinked, "products": scores}
    text = json.dumps(result, indent=1, default=str)
    Path(answer).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
