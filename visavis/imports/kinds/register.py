"""Which class knows which kind of file."""

from visavis.communities.models import Community
from visavis.imports.enums import ImportKind, ImportMode
from visavis.imports.kinds.availability import Availability
from visavis.imports.kinds.base import Kind
from visavis.imports.kinds.courses import Courses
from visavis.imports.kinds.enrollment import Enrollments
from visavis.imports.kinds.locations import Locations
from visavis.imports.kinds.providers import Providers
from visavis.imports.kinds.students import Students

KINDS: dict[str, type[Kind]] = {
    kind.name.value: kind
    for kind in (Courses, Providers, Enrollments, Students, Locations, Availability)
}


def get_kind(community: Community, kind: str, *, mode: str = ImportMode.MERGE) -> Kind:
    """The kind's rules, ready to read one file or to write one plan."""
    return KINDS[ImportKind(kind).value](community, mode=mode)
