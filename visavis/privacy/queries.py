"""Reads of how long things are kept, and of what would go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from visavis.communities.models import Community
from visavis.communities.queries import communities
from visavis.privacy.enums import Subject
from visavis.privacy.models import KeptFor
from visavis.privacy.subjects import SUBJECTS, Keeping
from visavis.privacy.sweeps import SWEEPS, Cut, Sweep

# In days, or None for good.
Days = int | None


@dataclass(frozen=True)
class Times:
    """How long each subject is kept, by the school and by each community; read once."""

    school: Mapping[str, Days]
    own: Mapping[tuple[int, str], Days]

    def of_school(self, subject: Subject) -> Days:
        """What the school says, or else the default."""
        return self.school.get(subject, SUBJECTS[subject].days)

    def own_of(self, subject: Subject, community: Community) -> Days:
        """What the community itself says; None where it says nothing."""
        return self.own.get((community.pk, subject))

    def of(self, subject: Subject, community: Community | None) -> Days:
        """What holds: the shorter of the school's and the community's own."""
        own = self.own_of(subject, community) if community else None
        school = self.of_school(subject)
        return school if own is None else own if school is None else min(own, school)


def read_times() -> Times:
    """How long everything is kept."""
    rows = KeptFor.objects.values_list("community_id", "subject", "days")
    school: dict[str, Days] = {}
    own: dict[tuple[int, str], Days] = {}
    for community, subject, days in rows:
        if community is None:
            school[subject] = days
        else:
            own[community, subject] = days
    return Times(school, own)


@dataclass(frozen=True, slots=True)
class Task:
    """One sweep of one place, with the instant before which things are due there."""

    subject: Subject
    sweep: Sweep
    cut: Cut

    @property
    def keeping(self) -> Keeping:
        """How long its subject may be kept."""
        return SUBJECTS[self.subject]

    @property
    def place(self) -> str:
        """The community's name; empty for what is the school's."""
        return self.cut.community.name if self.cut.community else ""


def tasks_at(
    now: datetime, *, times: Times | None = None, within: Community | None = None
) -> Iterator[Task]:
    """Every sweep that there is to make; what is kept for good has none.

    `within` narrows to one community, and leaves out what is the school's.
    """
    known = times or read_times()
    places = [within] if within else list(communities())
    for subject, keeping in SUBJECTS.items():
        here: list[Community | None] = [*places] if keeping.of_communities else [None]
        if within and not keeping.of_communities:
            continue
        for place in here:
            days = known.of(subject, place)
            if days is not None:
                cut = Cut(now - timedelta(days=days), now, place)
                yield from (Task(subject, sweep, cut) for sweep in SWEEPS[subject])


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows of a sort would go at a place."""

    subject: Subject
    label: str
    what: str
    place: str
    number: int


def due_at(
    now: datetime, *, times: Times | None = None, within: Community | None = None
) -> list[Due]:
    """What would go at `now`: nothing is changed. `times` are others than those that hold."""
    return [
        Due(task.subject, str(task.keeping.label), str(task.sweep.what), task.place, number)
        for task in tasks_at(now, times=times, within=within)
        if (number := task.sweep.due(task.cut).count())
    ]
