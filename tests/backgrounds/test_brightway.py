"""Every product of the hand-made package beside what bw2calc answers for it."""

import json
from pathlib import Path

import numpy as np

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Report

ANSWERS = json.loads((Path(__file__).parent / "brightway" / "answers.json").read_text())


def test_every_product_is_as_brightway_has_it(small):
    built = build(small, Profile(keys=(Key.MASS,)), Report())
    assert list(built.solved.characterisation.columns) == ANSWERS["columns"]
    assert len(built.products) == len(ANSWERS["products"]) == 7
    theirs = [ANSWERS["products"][f"{one.process}/{one.flow}"] for one in built.products]
    assert np.count_nonzero(theirs) > 20
    np.testing.assert_allclose(built.solved.intensities, theirs, rtol=1e-9, atol=1e-15)
