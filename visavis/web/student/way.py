"""The way to a meeting: which steps there are, what was chosen so far, and each step's address."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from visavis.availability.models import Location
from visavis.bookings.models import Booking
from visavis.bookings.openings import Question
from visavis.catalogue.models import AppointmentFormat, FormatQuestion, Service
from visavis.communities.models import Community
from visavis.communities.wording import Wording, wording_of
from visavis.core.instants import write_instant
from visavis.people.models import Provider, User
from visavis.people.rules import Standing
from visavis.web.student.reader import Reader
from visavis.web.ui.pieces import Choice, Step


class Stage(StrEnum):
    """The steps in order; the value is the last word of the address."""

    SERVICES = "services"
    TIMES = "times"
    PROVIDERS = "providers"
    PLACES = "places"
    WEEKS = "weeks"
    TOPIC = "topic"
    REVIEW = "review"


PROMPTS = {
    Stage.SERVICES: "pick_service",
    Stage.TIMES: "pick_time",
    Stage.PROVIDERS: "pick_provider",
    Stage.PLACES: "pick_place",
    Stage.TOPIC: "topic",
    Stage.REVIEW: "review",
}
# The community's nouns name two steps; the others are ours.
NAMES: dict[Stage, str | Promise] = {
    Stage.TIMES: gettext_lazy("Time"),
    Stage.PLACES: gettext_lazy("Place"),
    Stage.WEEKS: gettext_lazy("Weeks"),
    Stage.TOPIC: gettext_lazy("Topic"),
    Stage.REVIEW: gettext_lazy("Review"),
}
# What each step's address holds, from the left.
PARTS = ("format_id", "service_id", "start", "provider_id", "place_id")
DEPTH = {
    Stage.SERVICES: 1,
    Stage.TIMES: 2,
    Stage.PROVIDERS: 3,
    Stage.PLACES: 4,
    Stage.WEEKS: 5,
    Stage.TOPIC: 5,
    Stage.REVIEW: 5,
}
NARROWING = (Stage.TIMES, Stage.PROVIDERS, Stage.PLACES)
OF_WEEKS = (Stage.WEEKS, Stage.TOPIC, Stage.REVIEW)


Chosen = TypeVar("Chosen")


def chosen(value: Chosen | None) -> Chosen:
    """The value, which the step's address holds. Raises LookupError before it was chosen."""
    if value is None:
        raise LookupError("This was not chosen yet: the step asks too early.")
    return value


# A page of times has dozens of addresses, and the next reader's are the same.
@lru_cache(maxsize=4096)
def _path(_prefix: str, stage: Stage, **parts: Any) -> str:
    return reverse(f"student:{stage}", kwargs=parts)


@dataclass(frozen=True)
class Way:
    """What one student has chosen so far. `only_provider` and `only_place` narrow what is shown.

    `skipped` are the steps that had one possible answer, where the community skips those. `weeks`
    are how many a series shall have, without the local dates in `skipping`. `moving` is the
    student's booking that is moved along this way to another time, provider or place.
    """

    standing: Standing
    now: datetime
    format: AppointmentFormat
    questions: tuple[FormatQuestion, ...] = ()
    service: Service | None = None
    start: datetime | None = None
    provider: Provider | None = None
    place: Location | None = None
    weeks: int | None = None
    skipping: frozenset[date] = frozenset()
    only_provider: Provider | None = None
    only_place: Location | None = None
    skipped: frozenset[Stage] = field(default_factory=frozenset)
    moving: Booking | None = None

    @property
    def community(self) -> Community:
        return self.standing.community

    @property
    def student(self) -> User:
        return self.standing.user  # type: ignore[return-value]

    @property
    def wording(self) -> Wording:
        return wording_of(self.community)

    @property
    def end(self) -> datetime | None:
        return self.start and self.start + timedelta(minutes=self.format.minutes)

    @property
    def stages(self) -> list[Stage]:
        """The steps: no topic without questions, no weeks unless it is a series.

        What is moved stays what it is.
        """
        if self.moving is not None:
            return [Stage.TIMES, Stage.PROVIDERS, Stage.PLACES, Stage.REVIEW]
        left_out = {
            Stage.TOPIC: not self.questions,
            Stage.WEEKS: not self.format.is_weekly,
        }
        return [stage for stage in Stage if not left_out.get(stage)]

    @property
    def lacks_weeks(self) -> bool:
        """Whether it is a series whose weeks are not chosen yet."""
        return self.format.is_weekly and self.weeks is None and self.moving is None

    def choosing(self, **changes: Any) -> "Way":
        return replace(self, **changes)

    def question(self, **changes: Any) -> Question:
        """What is asked of the openings for what was chosen so far, on the day of `now`."""
        values: dict[str, Any] = {
            "community": self.community,
            "service": chosen(self.service),
            "format": self.format,
            "first": self.now.astimezone(self.community.zone).date(),
            "days": 1,
            "now": self.now,
            "student": self.student,
            "standing": self.standing,
            "moving": self.moving,
        }
        return Question(**{**values, **changes})

    def url(self, stage: Stage, **query: str) -> str:
        """The step's address for what was chosen so far."""
        values = (
            self.format.pk,
            self.service and self.service.pk,
            self.start and write_instant(self.start),
            self.provider and self.provider.pk,
            self.place and self.place.pk,
        )
        depth = DEPTH[stage]
        wanted = dict(zip(PARTS[:depth], values[:depth], strict=True))
        path = _path(get_script_prefix(), stage, community=self.community.slug, **wanted)
        is_narrowed = stage in NARROWING or self.moving is not None
        narrowed = self._narrowing() if is_narrowed else {}
        if stage == Stage.TIMES and self.start is not None:
            narrowed["at"] = write_instant(self.start)
        if self.moving is not None:
            narrowed["moving"] = str(self.moving.public_id)
        weeks = self._weeks() if stage in OF_WEEKS else {}
        asked = {**narrowed, **weeks, **{key: value for key, value in query.items() if value}}
        return f"{path}?{urlencode(asked, doseq=True)}" if asked else path

    def _weeks(self) -> dict[str, str | list[str]]:
        if self.weeks is None:
            return {}
        skipped = [day.isoformat() for day in sorted(self.skipping)]
        return {"weeks": str(self.weeks), "skip": skipped}

    def _narrowing(self) -> dict[str, str]:
        chosen = {"provider": self.only_provider, "place": self.only_place}
        return {key: str(row.pk) for key, row in chosen.items() if row is not None}

    @property
    def skips_single(self) -> bool:
        """Whether a step with one possible answer is left out: always when a meeting is moved."""
        return self.community.skip_single_choice or self.moving is not None

    def is_own_time(self, start: datetime) -> bool:
        """Whether a meeting that is moved takes place then, with whom and where is looked for."""
        if self.moving is None or start != self.moving.appointment.start:
            return False
        now = self.moving.appointment
        with_them = self.only_provider in (None, now.provider)
        return with_them and self.only_place in (None, now.location)

    @property
    def begin_url(self) -> str:
        """Where the way began: the learn screen, or the meeting that is moved."""
        if self.moving is None:
            return self.learn_url
        return reverse("student:booking", args=[self.community.slug, self.moving.public_id])

    @property
    def learn_url(self) -> str:
        return reverse("student:learn", args=[self.community.slug])

    def following(self, stage: Stage) -> str:
        """The address of the step after this one."""
        stages = self.stages
        return self.url(stages[stages.index(stage) + 1])

    @property
    def shown_stages(self) -> list[Stage]:
        """The steps that the student sees, as far as it is known which are skipped."""
        return [stage for stage in self.stages if stage not in self.skipped]

    def step(self, stage: Stage, reader: Reader, *, prompt: str = "") -> Step:
        """The step's header: name, prompt, how far, the way back, what was chosen."""
        stages = [one for one in self.stages if one == stage or one in self.shown_stages]
        return Step(
            name=self.name_of(stage),
            prompt=prompt or self._prompt(stage),
            number=stages.index(stage) + 1,
            total=len(stages),
            back_url=self._back(stage),
            choices=self.choices(reader),
        )

    def _prompt(self, stage: Stage) -> str:
        if stage == Stage.WEEKS:
            return _("Choose your weeks")
        return str(getattr(self.wording, PROMPTS[stage]))

    def name_of(self, stage: Stage) -> str:
        nouns = {Stage.SERVICES: self.wording.service, Stage.PROVIDERS: self.wording.provider}
        return nouns.get(stage) or str(NAMES[stage])

    def _back(self, stage: Stage) -> str:
        stages = self.shown_stages
        earlier = stages[: stages.index(stage)] if stage in stages else []
        return self.url(earlier[-1]) if earlier else self.begin_url

    def choices(self, reader: Reader) -> list[Choice]:
        """What was chosen so far, each with the way to change it."""
        keeps = self.moving is not None
        chosen = [Choice(_("Meeting"), self.format.name, "" if keeps else self.learn_url)]
        if self.service is not None:
            url = "" if keeps else self.url(Stage.SERVICES)
            chosen.append(Choice(self.name_of(Stage.SERVICES), self.service.label, url))
        if self.start is not None:
            chosen.append(
                self._choice(
                    Stage.TIMES,
                    reader.moment(self.start, self.end),
                    short=reader.short_moment(self.start, self.end),
                )
            )
        # An own service has said already with whom.
        if self.provider is not None and not self._is_own_service:
            chosen.append(self._choice(Stage.PROVIDERS, str(self.provider)))
        if self.place is not None:
            chosen.append(self._choice(Stage.PLACES, self.place.name))
        if self.weeks is not None:
            chosen.append(self._choice(Stage.WEEKS, self.weeks_in_words))
        return chosen

    @property
    def weeks_in_words(self) -> str:
        """“10 of 12 weeks”, where some are skipped."""
        weeks = self.weeks or 0
        words = {"weeks": weeks, "left": weeks - len(self.skipping)}
        if not self.skipping:
            return ngettext("%(weeks)d week", "%(weeks)d weeks", weeks) % words
        return _("%(left)d of %(weeks)d weeks") % words

    @property
    def _is_own_service(self) -> bool:
        owner = self.service.owner_id if self.service else None
        return bool(self.provider and owner == self.provider.pk)

    def _choice(self, stage: Stage, value: str, short: str = "") -> Choice:
        url = "" if stage in self.skipped else self.url(stage)
        return Choice(self.name_of(stage), value, url, leads=stage == Stage.TIMES, short=short)
