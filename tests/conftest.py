"""What holds for all tests."""

from hypothesis import settings

from tests import loaded

settings.register_profile("yearbook", settings.default, deadline=None)  # no test says how long a thing may take
settings.load_profile("yearbook")

loaded.instead()
