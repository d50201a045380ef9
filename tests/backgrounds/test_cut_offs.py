import random

import pytest

from tanyuan.backgrounds.cut_offs import cut_offs
from tanyuan.lca.exchanges import Exchanges
from tanyuan.lca.system import system


def made(size, inner, outer, flows):
    """A system of processes that make one of their product each."""
    links = [(place, place, 1.0) for place in range(size)]
    links += [(row, column, -0.01) for row, column in inner]
    technosphere = Exchanges.of(*(list(values) for values in zip(*links, strict=True)))
    interventions = Exchanges.of([r for r, _ in outer], [c for _, c in outer], [1.0] * len(outer))
    ids = [f"p{place:04d}" for place in range(size)]
    return system(ids, flows, technosphere, interventions)


def test_a_chain_a_loop_and_what_stands_apart():
    # 0 → 1 → 2 ⇄ 3; 4 alone; a is cut off in 3 and in 1, b in 1, c is an emission of 4
    inner = [(1, 0), (2, 1), (3, 2), (2, 3)]
    outer = [(0, 3), (0, 1), (1, 1), (2, 4)]
    found = cut_offs(made(5, inner, outer, ["a", "b", "c"]), {"a": "x", "b": "y"})
    assert found.inputs.tolist() == [7, 6, 3, 3, 0]
    assert found.missing.tolist() == [3, 3, 1, 1, 0]
    assert found.names.tolist() == [2, 2, 1, 1, 0]


def test_without_cut_offs_all_is_complete():
    found = cut_offs(made(3, [(1, 0)], [], ["a"]), {})
    assert found.missing.tolist() == [0, 0, 0]
    assert found.inputs.tolist() == [1, 0, 0]


@pytest.mark.parametrize("seed", range(5))
def test_as_walking_the_supply_chain_finds_it(seed):
    rng = random.Random(seed)
    size, flows = 40, [f"f{number}" for number in range(12)]
    inner = sorted({(rng.randrange(size), rng.randrange(size)) for _ in range(60)})
    inner = [(row, column) for row, column in inner if row != column]
    outer = sorted({(rng.randrange(12), rng.randrange(size)) for _ in range(30)})
    found = cut_offs(made(size, inner, outer, flows), {f"f{n}": "" for n in range(6)})
    for start in range(size):
        reached, ahead = {start}, [start]
        while ahead:
            at = ahead.pop()
            for row, column in inner:
                if column == at and row not in reached:
                    reached.add(row)
                    ahead.append(row)
        # Flows are sorted by id, and f10, f11 come before f2
        missing = [(row, c) for row, c in outer if c in reached and row < 6]
        inputs = sum(column in reached for _, column in inner) + len(missing)
        assert found.inputs[start] == inputs
        assert found.missing[start] == len(missing)
        assert found.names[start] == len({row for row, _ in missing})
