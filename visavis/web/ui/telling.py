"""Whether a student hears by mail of what is about to be done."""

from visavis.communities.models import Community
from visavis.notifications.enums import OF_SERIES, Audience, Kind
from visavis.notifications.texts import find_texts


def is_told(community: Community, kind: Kind, *, weeks: int = 1) -> bool:
    """Whether this community sends students a mail of this kind, of so many weeks at once."""
    kind = OF_SERIES[kind] if weeks > 1 else kind
    return find_texts(community)[kind, Audience.STUDENT].is_on
