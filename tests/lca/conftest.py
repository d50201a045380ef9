"""What several tests of the engine need."""

import pytest

from tanyuan.lca import structure


@pytest.fixture
def in_single(monkeypatch):
    """Factorise every core in single precision first, as large ones are."""
    monkeypatch.setattr(structure, "_LARGE", 0)


@pytest.fixture(params=["single", "double"])
def in_either(request):
    """Factorise cores in single, then in double precision."""
    if request.param == "single":
        request.getfixturevalue("in_single")
