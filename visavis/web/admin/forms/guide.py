"""What is typed into the set-up guide: tables of rows, of which blank ones do not count."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from visavis.availability.enums import Weekday
from visavis.catalogue.enums import MeetingKind
from visavis.communities.enums import Preset
from visavis.communities.models import Community
from visavis.communities.wording import NOUNS
from visavis.core.seen import write_seen
from visavis.imports.cells import SHORT_DAYS
from visavis.imports.errors import TypedRefused
from visavis.imports.kinds import courses, locations
from visavis.imports.kinds.entries import COURSES
from visavis.imports.kinds.persons import EMAIL, FIRST_NAME, LAST_NAME
from visavis.imports.typed_people import OWN_SERVICE, TypedCourse, TypedPerson
from visavis.people.emails import check_email
from visavis.people.errors import InvalidPerson
from visavis.people.models import Provider
from visavis.web.admin.forms.wording import WordingForm
from visavis.web.hours.words import weekdays_from

MOST_ROWS = 100
MORE = 5


class KindForm(forms.Form):
    preset = forms.ChoiceField(
        label=_("What students pick first"),
        choices=Preset.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what students pick first.")},
    )


class NounsForm(WordingForm):
    """The nouns alone; the sentences over them stay as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = write_seen(own_nouns(self.community))
        names = {"seen", *NOUNS, *(f"{key}_plural" for key, plural in NOUNS.items() if plural)}
        self.fields = {name: field for name, field in self.fields.items() if name in names}


def own_nouns(community: Community) -> dict[str, Any]:
    """Every noun that the community changed, None where it is the preset's."""
    return {key: community.wording.get(key) for key in NOUNS}


def _line(label: Any, length: int, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, max_length=length, required=False, widget=widget)


class PersonRow(forms.Form):
    """Somebody who gives support; the import has the last word about each cell."""

    first_name = _line(_("First name"), 150)
    last_name = _line(_("Last name"), 150)
    email = _line(_("E-mail"), 254, inputmode="email")

    columns: ClassVar[Mapping[str, str]] = {
        FIRST_NAME: "first_name",
        LAST_NAME: "last_name",
        EMAIL: "email",
        COURSES: "courses",
        OWN_SERVICE: "service",
        courses.SUBJECT: "service",
    }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(data.values()) and not data.get("first_name") and "first_name" not in self.errors:
            self.add_error("first_name", _("Write a first name: it is what students call them."))
            try:  # the import reads no row without a name, and would tell of the address later
                check_email(data.get("email", ""))
            except InvalidPerson as error:
                self.add_error("email", error.message)
        return data

    def typed(self, place: int) -> TypedPerson:
        """The row as the import takes it."""
        data = self.cleaned_data
        names = {name: data[name] for name in ("email", "first_name", "last_name")}
        entries = data.get("courses", "").replace(",", "|").split("|")
        listed = tuple(entry.strip() for entry in entries if entry.strip())
        return TypedPerson(place, **names, service=data.get("service", ""), entries=listed)


class OwnServiceRow(PersonRow):
    service = _line(_("What students pick"), 64)


class CertifiedRow(PersonRow):
    courses = _line(_("What they give"), 500, placeholder="CHEM1301, MATH*")


class CourseRow(forms.Form):
    subject = _line(_("Subject, or name of a topic"), 64, placeholder="CHEM")
    number = _line(_("Number"), 64, placeholder="1301")
    name = _line(_("Course name"), 200)

    columns: ClassVar[Mapping[str, str]] = {
        courses.SUBJECT: "subject",
        courses.NUMBER: "number",
        courses.NAME: "name",
    }

    def typed(self, place: int) -> TypedCourse:
        """The row as the import takes it."""
        return TypedCourse(place, **self.cleaned_data)


class PlaceRow(forms.Form):
    name = _line(_("Name"), 200)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=MeetingKind.choices, initial=MeetingKind.IN_PERSON, required=False
    )
    hours = _line(_("Open"), 300, placeholder="Mon-Fri 09:00-17:00", **{"data-wide": ""})
    capacity = _line(_("Meetings at once"), 10, inputmode="numeric")
    details = _line(_("Directions or link"), 500, **{"data-wide": ""})

    columns: ClassVar[Mapping[str, str]] = {
        locations.NAME: "name",
        locations.KIND: "kind",
        locations.HOURS: "hours",
        locations.CAPACITY: "capacity",
        locations.DETAILS: "details",
    }

    def typed(self) -> dict[str, str]:
        """The row as the import takes it."""
        cells = {header: self.cleaned_data[name] for header, name in self.columns.items()}
        return cells | {locations.KIND: locations.SHOWN.get(cells[locations.KIND], "")}


class Rows(forms.BaseFormSet[Any]):
    """Rows of which at least one is filled in."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": _("At most %(num)d rows fit here. A file holds as many as you like."),
        "missing_management_form": _("What you sent is not whole. Fill in the rows once more."),
    }
    nothing = _("Fill in at least one row.")

    def clean(self) -> None:
        if not any(self.errors) and not self.filled:
            raise forms.ValidationError(self.nothing)

    @property
    def filled(self) -> list[tuple[int, Any]]:
        """The rows in which something was typed, each with its number."""
        if not self.is_bound:
            return []
        return [(at, form) for at, form in enumerate(self.forms) if form.has_changed()]

    def refuse(self, error: TypedRefused) -> None:
        """Tie what the import refused to the cells of the page."""
        for place, column, sentence in error.data["errors"]:
            if place is None or place >= len(self.forms):
                self.refuse_all(sentence)
                continue
            form = self.forms[place]
            name = form.columns.get(column)
            form.add_error(name if name in form.fields else None, sentence)

    def refuse_all(self, sentence: str) -> None:
        """Tie a refusal to no row."""
        self.non_form_errors().append(sentence)

    def or_blank(self) -> "Rows":
        """Itself, or as at first where nothing was typed: nothing is wrong with that."""
        return self if self.filled else type(self)(prefix=self.prefix)

    def as_typed(self) -> "Rows":
        """The same rows, not judged yet; as at first where nothing was typed."""
        return self.with_more(0) if self.filled else type(self)(prefix=self.prefix)

    def with_more(self, more_rows: int = MORE) -> "Rows":
        """The same rows as they were typed, and some blank ones after them."""
        typed = {name: self.data[name] for name in self.data}
        count = min(self.total_form_count() + more_rows, MOST_ROWS)
        typed |= {f"{self.prefix}-TOTAL_FORMS": str(count), f"{self.prefix}-INITIAL_FORMS": "0"}
        more = type(self)(typed, prefix=self.prefix)
        # Nothing is wrong yet with rows that are still being typed.
        for form in more.forms:
            form._errors = {}
        more._errors, more._non_form_errors = [], self.error_class()  # type: ignore[attr-defined]
        return more


def rows_of(row: type[forms.Form], *, blank: int) -> type[Rows]:
    """A table of such rows, with as many blank ones at first."""
    kinds: Any = forms.formset_factory(
        row,
        formset=Rows,
        extra=blank,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )
    return kinds  # type: ignore[no-any-return]


class HoursForm(forms.Form):
    """The same weekly hours for several people at once."""

    people = forms.MultipleChoiceField(
        label=_("Who"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one person."),
            "invalid_choice": _("%(value)s gives no support here."),
        },
    )
    days = forms.MultipleChoiceField(
        label=_("On"),
        initial=[SHORT_DAYS[day] for day in list(Weekday)[:5]],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one day.")},
    )
    start = forms.TimeField(
        label=_("From"),
        initial=time(9),
        widget=forms.TimeInput(attrs={"step": 300}, format="%H:%M"),
        error_messages={"required": _("Say from when."), "invalid": _("Write it as 9:00.")},
    )
    end = forms.TimeField(
        label=_("Until"),
        initial=time(17),
        widget=forms.TimeInput(attrs={"step": 300}, format="%H:%M"),
        error_messages={"required": _("Say until when."), "invalid": _("Write it as 17:00.")},
    )

    def __init__(
        self, data: Any, *, people: Sequence[tuple[Provider, bool]], zone: ZoneInfo
    ) -> None:
        """`people`: each with whether they have hours, to which these would be added."""
        super().__init__(data)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (SHORT_DAYS[day], label) for day, label in weekdays_from(zone)
        ]
        has = _("%(name)s, who has hours")
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (one.user.email, has % {"name": one} if has_hours else str(one))
            for one, has_hours in people
        ]
        self.fields["people"].initial = [
            one.user.email for one, has_hours in people if not has_hours
        ]

    @property
    def is_typed(self) -> bool:
        """Whether somebody changed the form; that nobody is ticked any more wants no hours."""
        changed = self.changed_data if "start" in self.data else []
        return bool(changed) and (changed != ["people"] or "people" in self.data)

    def as_typed(self) -> "HoursForm":
        """Itself, not judged yet."""
        self._errors = ErrorDict()
        return self

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        # A file may hold hours over midnight; here the two are more often mixed up.
        if start and end and time(0) < end <= start:
            told = _("It ends before it begins. Hours over midnight are set at each person.")
            self.add_error("end", told)
        return data

    def rows(self) -> list[dict[str, str]]:
        """One row for each person, as a file of weekly hours has it."""
        data = self.cleaned_data
        hours = {name.title(): f"{data[name]:%H:%M}" for name in ("start", "end")}
        return [{EMAIL: email, "Day": "|".join(data["days"]), **hours} for email in data["people"]]

    def refuse(self, error: TypedRefused) -> None:
        """Every row holds the same hours, so what is wrong with one is told once."""
        names = {"Start": "start", "End": "end", "Day": "days", EMAIL: "people"}
        for column, sentence in dict.fromkeys((c, told) for _row, c, told in error.data["errors"]):
            self.add_error(names.get(column), sentence)
