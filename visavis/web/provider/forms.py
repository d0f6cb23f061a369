"""What those who give support type."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visavis.availability.models import Location
from visavis.bookings.enums import Otherwise
from visavis.core.ids import read_ids
from visavis.core.instants import read_instant
from visavis.people.errors import InvalidPhoto
from visavis.people.photos import MIDDLE, Square, make_portrait
from visavis.web.ui.inputs import WebAddressField, WordsField
from visavis.web.ui.meeting_seen import MeetingSeenForm

KEEPS_REQUEST = _("The request stays with me, and I answer it")
KEEPS_MEETING = _("We meet as planned")
ENDS_REQUEST = _("The request is off")
ENDS_MEETING = _("The meeting is off")


class ReasonForm(forms.Form):
    reason = WordsField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The student reads this."),
        error_messages={"required": _("Say in a few words why, so that the student knows.")},
    )


class EndingForm(MeetingSeenForm, ReasonForm):
    """Before a meeting is called off: why, for the meeting that was looked at."""


class OptionalReasonForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class RefusalForm(MeetingSeenForm, OptionalReasonForm):
    """Before a request is declined: why if one likes, for the meeting that was looked at."""


class WeeksSeenForm(forms.Form):
    """Which appointments a page showed that answers several weeks at once, by id."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def weeks(self) -> set[int] | None:
        """None where the page named none; what is no id counts as having seen nothing."""
        told = self.cleaned_data["seen"].split() if self.is_valid() else [""]
        return set(read_ids(told)) if told else None


class BackForm(forms.Form):
    """From which page a button was pressed: there one comes back to."""

    back = forms.ChoiceField(
        choices=[(page, "") for page in ("past", "later", "to_log", "meeting", "series")],
        required=False,
    )


class DayForm(forms.Form):
    """From which day on free times are shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.DateField(required=False)


class MoveForm(ReasonForm):
    """Where a meeting goes: the start, the place, why; and where it was when it was looked at.

    `places` says where the two could meet at a start; an empty list is a start that is not free.
    """

    start = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, places: Callable[[datetime], list[Location]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        text = self.data.get("start", "") if self.is_bound else self.initial.get("start", "")
        wanted = read_instant(text)
        found = [] if wanted is None else places(wanted)
        self.chosen_start = wanted if found else None
        ids = [place.pk for place in found]
        self.fields["place"] = forms.ModelChoiceField(
            Location.objects.filter(pk__in=ids),
            label=_("Where"),
            empty_label=None,
            initial=ids[0] if ids else None,
            widget=forms.Select if len(ids) > 1 else forms.HiddenInput,
        )
        self.order_fields(["start", "seen", "place", "reason"])

    @property
    def why_not(self) -> str:
        """What to say where the start cannot be had."""
        return str(_("That time is not free for both of you, or no longer. Choose another one."))

    @property
    def wanted(self) -> datetime:
        """The start of a form that is valid."""
        if self.chosen_start is None:
            raise LookupError("This start is not free.")
        return self.chosen_start

    def clean_start(self) -> str:
        if self.chosen_start is None:
            raise ValidationError(self.why_not)
        return str(self.cleaned_data["start"])


class ProposalForm(forms.Form):
    """Up to three other times, how long they are held, what happens when none is taken, and why.

    `length` is how long the meeting lasts; `own` is its own time.
    """

    otherwise = forms.ChoiceField(
        label=_("If none of these is taken"),
        choices=[(Otherwise.KEEP.value, ""), (Otherwise.END.value, "")],
        initial=Otherwise.KEEP.value,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens then.")},
    )
    hours = forms.TypedChoiceField(
        label=_("Held for the student"),
        coerce=int,
        choices=[(24, _("1 day")), (48, _("2 days")), (72, _("3 days"))],
        initial=24,
        help_text=_("Never beyond the last moment at which a time can still be booked."),
    )
    message = WordsField(
        label=_("A few words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The student reads this."),
    )
    MOST = 3

    def __init__(self, *args: Any, length: timedelta, is_request: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.length = length
        self.starts: list[datetime] = []
        self.fields["otherwise"].choices = [  # type: ignore[attr-defined]
            (Otherwise.KEEP.value, KEEPS_REQUEST if is_request else KEEPS_MEETING),
            (Otherwise.END.value, ENDS_REQUEST if is_request else ENDS_MEETING),
        ]

    @property
    def ticked(self) -> list[str]:
        """What was ticked, as the addresses write it; each once."""
        if isinstance(self.data, QueryDict) and self.is_bound:
            sent = self.data.getlist("times")
        else:
            sent = self.initial.get("times", [])
        return list(dict.fromkeys(text for text in sent if read_instant(text) is not None))

    def clean(self) -> None:
        self.starts = starts = sorted(filter(None, map(read_instant, self.ticked)))
        if not starts:
            raise ValidationError(_("Tick at least one time."))
        if len(starts) > self.MOST:
            many = _("Tick at most %(most)d times, so that others stay free.")
            self.add_error(None, many % {"most": self.MOST})
        if any(other - one < self.length for one, other in pairwise(starts)):
            self.add_error(None, _("Two of the times overlap. Leave one of them out."))


class PortraitSquare(forms.Form):
    """Which square of the photo is kept, in per cent; a script sets it, and without one it is none.

    Numbers of strangers, so whatever does not fit is the middle.
    """

    across = forms.IntegerField(min_value=0, max_value=100)
    down = forms.IntegerField(min_value=0, max_value=100)
    zoom = forms.IntegerField(min_value=100, max_value=400)

    @property
    def square(self) -> Square:
        if not self.is_valid():
            return MIDDLE
        found = self.cleaned_data
        return Square(found["across"] / 100, found["down"] / 100, found["zoom"] / 100)


class ProfileForm(forms.Form):
    bio = WordsField(
        label=_("About you"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Students see the first line beside your name, and all of it when they open it. "
            "**Two stars** make words bold, lines that begin with a dash make a list, and "
            "[words](https://…) make a link."
        ),
    )
    pronouns = forms.CharField(
        label=_("Pronouns"),
        max_length=40,
        required=False,
        help_text=_("Shown beside your name, such as she/her."),
    )
    meeting_link = WebAddressField(
        label=_("Link for online meetings"),
        required=False,
        help_text=_("Given to students whose meeting with you is online."),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "data-crops": "photo-square"}
        ),
        help_text=_(
            "JPEG, PNG or WebP, at most 10 MB. It is cut square: around its middle, unless you "
            "choose another part."
        ),
    )
    field_order = ["photo", "pronouns", "bio", "meeting_link"]

    def clean_photo(self) -> ContentFile[bytes] | None:
        """The photo, small and without what else the file held."""
        upload = self.cleaned_data["photo"]
        if not upload:
            return None
        try:
            square = PortraitSquare(self.data).square
            return make_portrait(upload.file, size=upload.size, square=square)
        except InvalidPhoto as error:
            raise ValidationError(error.message) from error
