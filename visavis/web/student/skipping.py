"""Which steps had one possible answer, where the community skips those."""

from collections.abc import Sequence

from visavis.availability.models import Location
from visavis.bookings.openings import Openings
from visavis.web.student.way import Stage, Way


def skipped_before(stage: Stage, way: Way, openings: Openings) -> frozenset[Stage]:
    """The steps before `stage` that were skipped; Back and *change* must not lead into them."""
    if not way.skips_single or way.start is None:
        return frozenset()
    skipped = set()
    if way.only_provider is not None or len(openings.free(way.start)) == 1:
        skipped.add(Stage.PROVIDERS)
    is_later = list(Stage).index(stage) > list(Stage).index(Stage.PLACES)
    if is_later and way.provider and len(openings.places(way.provider, way.start)) == 1:
        skipped.add(Stage.PLACES)
    return frozenset(skipped)


def skipped_after(way: Way, *, is_choice: bool, places: Sequence[Location]) -> frozenset[Stage]:
    """The steps after the choice of a time that will be skipped, as far as it is known by then.

    `is_choice`: whether there are several people to choose from; `places` admit the format.
    """
    if not way.skips_single:
        return frozenset()
    skipped = set()
    if way.only_provider is not None or not is_choice:
        skipped.add(Stage.PROVIDERS)
    if way.only_place is not None or len(places) == 1:
        skipped.add(Stage.PLACES)
    return frozenset(skipped)
