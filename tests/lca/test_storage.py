import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from tanyuan.lca import storage
from tanyuan.lca.array_files import read_arrays, write_arrays
from tanyuan.lca.exchanges import Exchanges, Scatters, Shape
from tanyuan.lca.storage import Cache, read_system, system_hash, write_system
from tanyuan.lca.system import system
from tanyuan.problems import InputError

NO = Exchanges.of([], [], [])
CONTENT = "sha256:" + "0123456789abcdef" * 4


def example(**options):
    scatter = Scatters(
        np.array([Shape.CERTAIN, Shape.LOGNORMAL, Shape.UNIFORM, Shape.EMPIRICAL], np.uint8),
        np.array([0, 0.1, 0, 0]),
        np.array([0, 0, 0.9, 0]),
        np.array([0, 0, 1.1, 2]),
        np.array([0.8, 1.2]),
    )
    technosphere = Exchanges.of([0, 1, 0, 1], [0, 0, 1, 1], [1, -0.1, -0.2, 1], scatter)
    interventions = Exchanges.of([0, 1], [0, 1], [2.0, 3.0])
    names = ("电力", "steel")
    return system(["a", "b"], ["CO2", "CH4"], technosphere, interventions, names=names, **options)


def same(one, other):
    assert (one.processes, one.flows, one.names) == (other.processes, other.flows, other.names)
    for left, right in (
        (one.technosphere, other.technosphere),
        (one.interventions, other.interventions),
    ):
        for name in ("row", "column", "amount", "key"):
            assert getattr(left, name).tobytes() == getattr(right, name).tobytes()
        for name in ("shape", "spread", "low", "high", "values"):
            assert getattr(left.scatter, name).tobytes() == getattr(right.scatter, name).tobytes()


def test_keys_are_written_where_they_do_not_follow_from_ids(tmp_path):
    plain = example()
    own = replace(plain.technosphere, key=np.arange(4, dtype=np.uint64))
    given = replace(plain, technosphere=own)
    write_system(given, tmp_path / "x")
    found = read_system(tmp_path / "x", verify=True).system
    assert found.technosphere.key.tolist() == [0, 1, 2, 3]
    assert len(found.interventions.key) == 0
    same(found.keyed(), given.keyed())
    assert system_hash(given) != system_hash(plain)
    assert system_hash(given) == system_hash(given.keyed())


def test_a_system_comes_back_with_its_keys(tmp_path):
    written = write_system(example(), tmp_path / "x", {"licence": "CC0"})
    found = read_system(tmp_path / "x", verify=True)
    assert found.hash == written
    assert found.about == {"licence": "CC0"}
    same(found.system.keyed(), example().keyed())
    assert found.system.matrix().toarray().tolist() == [[1, -0.2], [-0.1, 1]]


def test_the_hash_is_that_of_the_content():
    one = system_hash(example())
    assert one == system_hash(example().keyed())
    turned = system(
        ["b", "a"],
        ["CH4", "CO2"],
        Exchanges.of([1, 0], [1, 0], [1.0, 2.0]),
        Exchanges.of([1, 0], [1, 0], [3.0, 4.0]),
    )
    straight = system(
        ["a", "b"],
        ["CO2", "CH4"],
        Exchanges.of([1, 0], [1, 0], [2.0, 1.0]),
        Exchanges.of([0, 1], [0, 1], [3.0, 4.0]),
    )
    assert system_hash(turned) == system_hash(straight)
    assert len({one, system_hash(straight), system_hash(example(), {"licence": "CC0"})}) == 3


def test_an_empty_system_is_stored(tmp_path):
    write_system(system([], [], NO, NO), tmp_path / "x")
    assert read_system(tmp_path / "x", verify=True).system.size == 0


def test_ids_that_cannot_be_told_apart_on_disk_are_refused(tmp_path):
    with pytest.raises(ValueError, match="NUL"):
        write_system(system(["a\0b"], [], Exchanges.of([0], [0], [1.0]), NO), tmp_path / "x")


@pytest.mark.parametrize(
    "change",
    [
        {"technosphere.row": np.array([0, 1, 0, 2], np.int32)},
        {"technosphere.column": np.array([-1, 0, 1, 1], np.int32)},
        {"technosphere.column": np.array([1, 1, 0, 0], np.int32)},
        {"interventions.amount": np.zeros(1)},
        {"interventions.amount": np.zeros(2, np.float32)},
        {"processes": np.array([0xFF], np.uint8)},
        {"processes": np.frombuffer(b"b\0a\0", np.uint8)},
        {"flows": None},
    ],
)
def test_a_file_with_impossible_arrays_is_refused(tmp_path, change):
    # a right hash says that the file is as it was written, not that what was written is sound
    write_system(example(), tmp_path / "x")
    arrays = dict(read_arrays(tmp_path / "x", "system").arrays) | change
    kept = {name: array for name, array in arrays.items() if array is not None}
    write_arrays(tmp_path / "y", "system", {}, kept)
    with pytest.raises(InputError) as caught:
        read_system(tmp_path / "y")
    assert [problem.code for problem in caught.value.problems] == ["file-damaged"]


def test_a_cached_file_is_no_system(tmp_path):
    write_arrays(tmp_path / "x", "derived", {}, {})
    with pytest.raises(InputError) as caught:
        read_system(tmp_path / "x")
    assert caught.value.problems[0].code == "file-kind"


class Building:
    """Builds, and counts how often."""

    def __init__(self, value=1.0):
        self.count, self.value = 0, value

    def __call__(self):
        self.count += 1
        return {"x": np.full(100, self.value)}


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def entry(cache, name="x"):
    return cache.folder / CONTENT.removeprefix("sha256:") / f"{name}.arrays"


def test_what_is_derived_is_made_once(cache):
    build = Building()
    for _ in range(3):
        assert cache.get(CONTENT, "x", build)["x"].tolist() == [1.0] * 100
    assert build.count == 1
    assert Cache(cache.folder).get(CONTENT, "x", build)["x"].sum() == 100
    assert build.count == 1


def test_entries_differ_by_background_and_name(cache):
    cache.get(CONTENT, "x", Building(1))
    assert cache.get(CONTENT, "y", Building(2))["x"][0] == 2
    assert cache.get("sha256:" + "f" * 64, "x", Building(3))["x"][0] == 3
    assert cache.get(CONTENT, "x", Building(4))["x"][0] == 1


@pytest.mark.parametrize("at", [3, 15, 20, 60, 100, -1])
def test_a_damaged_entry_is_made_again(cache, at):
    build = Building()
    cache.get(CONTENT, "x", build)
    data = bytearray(entry(cache).read_bytes())
    data[at] ^= 1
    entry(cache).write_bytes(data)
    assert cache.get(CONTENT, "x", build)["x"].tolist() == [1.0] * 100
    assert build.count == 2
    cache.get(CONTENT, "x", build)
    assert build.count == 2


@pytest.mark.parametrize("length", [0, 10, 50, 200, 900])
def test_an_entry_cut_short_is_made_again(cache, length):
    build = Building()
    cache.get(CONTENT, "x", build)
    os.truncate(entry(cache), length)
    assert cache.get(CONTENT, "x", build)["x"].sum() == 100
    assert build.count == 2


def test_an_entry_of_another_version_or_place_is_made_again(cache, monkeypatch):
    cache.get(CONTENT, "x", Building(1))
    monkeypatch.setattr(storage, "DERIVED_VERSION", storage.DERIVED_VERSION + 1)
    assert cache.get(CONTENT, "x", Building(2))["x"][0] == 2
    entry(cache).rename(entry(cache, "y"))
    assert cache.get(CONTENT, "y", Building(3))["x"][0] == 3


def test_a_build_that_fails_leaves_nothing(cache):
    def build():
        raise ArithmeticError("no solution")

    with pytest.raises(ArithmeticError):
        cache.get(CONTENT, "x", build)
    assert not cache.folder.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [(CONTENT, "../x"), (CONTENT, ""), (CONTENT, "a/b"), ("sha256:../..", "x"), ("", "x")],
)
def test_names_stay_inside_the_folder(cache, content, name):
    with pytest.raises(ValueError, match="no hash and name"):
        cache.get(content, name, Building())


BUILDER = """
import os, signal, sys, time
from pathlib import Path
import numpy as np
from tanyuan.lca.storage import Cache

folder, content, me, killed = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4] == "killed"

def build():
    (folder / f"building-{me}").touch()
    while len(list(folder.glob("building-*"))) < 2:
        time.sleep(0.01)
    return {"x": np.arange(100_000.0)}

if killed:
    Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
sys.stdout.write(str(Cache(folder).get(content, "x", build)["x"].sum()))
"""


def builders(folder, *fates):
    folder.mkdir()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", BUILDER, folder, CONTENT, str(number), fate],
            stdout=subprocess.PIPE,
        )
        for number, fate in enumerate(fates)
    ]
    return [(process.communicate(timeout=100)[0], process.returncode) for process in running]


def test_two_processes_build_the_same_entry_at_once(cache):
    assert builders(cache.folder, "alive", "alive") == [(b"4999950000.0", 0)] * 2
    assert [path.name for path in entry(cache).parent.iterdir()] == ["x.arrays"]
    build = Building()
    assert len(cache.get(CONTENT, "x", build)["x"]) == 100_000
    assert build.count == 0


def test_one_of_two_builders_is_killed(cache):
    found = builders(cache.folder, "killed", "alive")
    assert found == [(b"", -signal.SIGKILL), (b"4999950000.0", 0)]
    (part,) = entry(cache).parent.glob(".*.part")
    build = Building()
    assert len(cache.get(CONTENT, "x", build)["x"]) == 100_000
    assert build.count == 0
    cache.get(CONTENT, "y", build)
    assert part.exists()  # its writer might be alive
    os.utime(part, (time.time() - 2 * 24 * 3600,) * 2)
    cache.get(CONTENT, "z", build)
    assert not part.exists()
