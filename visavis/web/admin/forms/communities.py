"""What is typed about a new community."""

from typing import Any

from django import forms
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from visavis.communities.enums import Preset
from visavis.communities.models import Community
from visavis.web.admin.forms.refusing import RefusingForm
from visavis.web.ui.inputs import known_zones, read_zone, zone_input


class NewCommunityForm(RefusingForm):
    """A name, where it is, and how it begins: from a preset, or like another community."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("As students know it, such as “Peer Mentoring” or “Writing Centre”."),
        error_messages={"required": _("Give it the name that students know.")},
    )
    slug = forms.SlugField(
        label=_("Short name"),
        required=False,
        max_length=60,
        help_text=_("Stands in its addresses: /c/short-name/. Empty: made from the name."),
        error_messages={"invalid": _("Only letters a to z, digits, - and _ fit into an address.")},
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        widget=zone_input(),
        help_text=_("Type the city of its rooms, such as New York. Hours are clock times in it."),
        error_messages={"required": _("Say in which time zone its rooms are.")},
    )
    preset = forms.ChoiceField(
        label=_("What students pick first"),
        choices=Preset.choices,
        initial=Preset.PROVIDER_FIRST,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what students pick first.")},
    )
    like = forms.ModelChoiceField(
        label=_("Like another one"),
        queryset=Community.objects.order_by("name"),
        required=False,
        empty_label=_("No, begin with what Visavis proposes"),
        help_text=_(
            "Copies its settings, words, kinds of meetings, questions, terms and mail texts, and "
            "what students pick first, and leaves out its people, hours and places. Students do "
            "not see the new one before you open it."
        ),
    )

    def clean_timezone(self) -> str:
        return read_zone(self.cleaned_data["timezone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("name") and not data.get("slug") and "slug" not in self.errors:
            # The letters of a tag are no part of the name.
            data["slug"] = slugify(strip_tags(data["name"]))[:60].strip("-_")
            if not data["slug"]:
                told = _("Write a short name of letters a to z for its addresses.")
                self.add_error("slug", told)
        return data

    @property
    def model(self) -> Community | None:
        """The community after whose model it is made."""
        found: Community | None = self.cleaned_data["like"]
        return found

    @property
    def chosen(self) -> dict[str, str]:
        """What both ways of founding ask for."""
        return {key: self.cleaned_data[key] for key in ("slug", "name", "timezone")}

    @property
    def zones(self) -> list[str]:
        return list(known_zones().values())
