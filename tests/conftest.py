import pytest


@pytest.fixture(autouse=True, scope="session")
def no_backgrounds_of_ones_own(tmp_path_factory):
    """Databases that a developer has imported change no test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYUAN_BACKGROUNDS", str(tmp_path_factory.mktemp("backgrounds")))
        yield
