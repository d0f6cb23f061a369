"""Which steps had one possible answer, where the community skips those."""

from visavis.bookings.openings import Openings
from visavis.web.student.way import Stage, Way


def skipped_before(stage: Stage, way: Way, openings: Openings) -> frozenset[Stage]:
    """The steps before `stage` that were skipped; Back and *change* must not lead into them."""
    if not way.skips_single or way.start is None:
        return frozenset()
    skipped = set()
    if len(openings.free(way.start)) == 1:
        skipped.add(Stage.PROVIDERS)
    is_later = list(Stage).index(stage) > list(Stage).index(Stage.PLACES)
    if is_later and way.provider and len(openings.places(way.provider, way.start)) == 1:
        skipped.add(Stage.PLACES)
    return frozenset(skipped)
