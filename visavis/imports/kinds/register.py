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
from visavis.imports.models import Import
from visavis.people.enums import Source

KINDS: dict[str, type[Kind]] = {
    kind.name.value: kind
    for kind in (Courses, Providers, Enrollments, Students, Locations, Availability)
}


def get_kind(
    community: Community, kind: str, *, mode: str = ImportMode.MERGE, source: str = Source.CSV
) -> Kind:
    """The kind's rules, ready to read one file or to write one plan."""
    return KINDS[ImportKind(kind).value](community, mode=mode, source=source)


def kind_of(run: Import) -> Kind:
    """The rules by which this run is read, written and undone."""
    return get_kind(run.community, run.kind, mode=run.mode, source=run.source)
