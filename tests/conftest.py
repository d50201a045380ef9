"""For all tests: speed is measured by the benches, so no example has a deadline."""

from hypothesis import settings

settings.register_profile("tanyuan", deadline=None)
settings.load_profile("tanyuan")
