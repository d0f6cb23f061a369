"""A community with people, and an administrator who is signed in, as for the pages."""

from tests.web.conftest import admin, cast, place

__all__ = ["admin", "cast", "place"]
