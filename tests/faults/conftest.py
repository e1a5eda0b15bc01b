"""The small installation of the release tests, for tests that kill what works on it."""

from tests.unit.release.conftest import built, documents, first, line

__all__ = ["built", "documents", "first", "line"]
