"""The community's settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.communities.actions import change_settings
from visavis.communities.errors import InvalidSetting
from visavis.communities.models import Community
from visavis.core.seen import ChangedMeanwhile
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.settings import SettingsForm, setting_values
from visavis.web.ui.doors import CommunityRequest, actor_of


@manage_page
@require_http_methods(METHODS)
def settings(request: CommunityRequest) -> HttpResponse:
    community = request.community
    form = SettingsForm(
        request.POST if request.method == "POST" else None,
        initial=SettingsForm.shown(community),
        community=community,
    )
    if form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            change_settings(community, form.columns, by=actor_of(request), seen=seen)
        except (InvalidSetting, ChangedMeanwhile) as error:
            community.refresh_from_db()
            form.refuse(error, now=setting_values(community))
        else:
            messages.success(request, _("The settings are saved. They count from now on."))
            return redirect("manage:settings", community.slug)
    page = {"form": form, "elsewhere": _elsewhere(community)}
    return show(request, "admin/settings.html", page, active="settings", status=status_of(form))


def _elsewhere(community: Community) -> list[dict[str, str]]:
    """Settings that have a page of their own, and what for."""
    return [
        {"url": reverse(f"manage:{name}", args=[community.slug]), "label": label, "says": says}
        for name, label, says in (
            (
                "formats",
                _("Confirmed at once or on request"),
                _("Each kind of meeting says so for itself, with its length and its questions."),
            ),
            ("links", _("Links"), _("What else students find on their first page.")),
            ("waitlist", _("Waitlist"), _("Whether students may wait for a time, and how long.")),
            ("absences", _("Missed meetings"), _("From when on a student’s booking is paused.")),
            ("messages", _("Messages"), _("When people are reminded, and what mails say.")),
            ("log", _("Log"), _("Whether a log is asked for after each meeting, and what.")),
            (
                "download",
                _("Download everything"),
                _("A copy of all that the community consists of, to keep or to move."),
            ),
        )
    ]
