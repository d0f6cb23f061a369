"""Every part on one page, with awkward contents. For the demonstration and for development."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from visavis.communities.enums import Accent
from visavis.core.errors import NotFound
from visavis.web.ui.doors import Entrance, admits
from visavis.web.ui.icons import ICONS
from visavis.web.ui.inputs import MailField
from visavis.web.ui.pieces import Choice, MenuItem, Portrait
from visavis.web.ui.statuses import STATUSES

LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliana Alexandrina"
TUESDAY = datetime(2027, 3, 2, 14, 0, tzinfo=UTC)
PORTRAITS = [
    Portrait(name)
    for name in ("Talia Kaplan", "Sam Okafor", "Noor Haddad", "Li Wei", "Ana Souza", "Jo Park")
]


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("As people here know you."))
    email = MailField(label=_("E-mail"))
    about = forms.CharField(label=_("About you"), widget=forms.Textarea, required=False)
    place = forms.ChoiceField(
        label=_("Place"), choices=[("", "Any place"), ("1", "Library 204"), ("2", "Online")]
    )
    kind = forms.ChoiceField(
        label=_("Kind of meeting"),
        choices=[("in", "In person"), ("on", "Online")],
        widget=forms.RadioSelect,
    )
    materials = forms.MultipleChoiceField(
        label=_("Materials"),
        choices=[("notes", "Lecture notes"), ("draft", "A draft"), ("none", "Nothing yet")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose all that apply."),
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput)
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput)
    file = forms.FileField(label=_("File"), required=False)
    reminded = forms.BooleanField(label=_("Remind me the day before"), required=False)


@admits(Entrance.DEMO)
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    _check_shown()
    return render(request, "ui/styleguide.html", _parts(request))


@admits(Entrance.DEMO)
@require_safe
def styleguide_progress(request: HttpRequest) -> HttpResponse:
    """The finished job: without an address to ask again, the polling ends."""
    _check_shown()
    return render(
        request,
        "ui/parts/progress.html",
        {"value": 150, "most": 150, "label": _("150 of 150 rows")},
    )


def _check_shown() -> None:
    if not (settings.DEMO or settings.DEBUG):
        raise NotFound(str(_("The style guide is there in the demonstration only.")))


def _parts(request: HttpRequest) -> dict[str, Any]:
    accent = request.GET.get("accent", Accent.TEAL.value)
    return {
        "accent": accent if accent in Accent.values else Accent.TEAL.value,
        "accents": Accent.values,
        "icons": ICONS,
        "states": STATUSES,
        "people": PORTRAITS,
        "long_name": LONG_NAME,
        "start": TUESDAY,
        "end": TUESDAY + timedelta(minutes=30),
        "clean_form": SampleForm(),
        "wrong_form": SampleForm({"email": "talia@", "place": "1"}, prefix="wrong"),
        "tabs": [
            MenuItem("New", "#new", count=12, active=True),
            MenuItem("Changed", "#changed", count=3),
            MenuItem("Removed", "#removed", count=0),
            MenuItem("Unchanged", "#unchanged", count=1348),
        ],
        "menu": [
            MenuItem("Overview", "#overview", "home", active=True),
            MenuItem("Courses", "#courses", "book", children=[MenuItem("Search", "#search")]),
            MenuItem("Peer Mentors", "#people", "people"),
            MenuItem("Hours and closures", "#hours", "clock"),
        ],
        "chosen": [
            Choice("Peer Mentor", "Talia Kaplan", "#pick"),
            Choice("Time", "Tuesday 2 March, 9:00–9:30 AM (New York time)", "#time"),
            Choice("Place", "Library 204"),
        ],
        "page_obj": Paginator(range(1, 101), 25).page(2),
    }
