"""The community's settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.communities.actions import change_settings
from visavis.communities.errors import InvalidSetting
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.settings import SettingsForm
from visavis.web.ui.doors import CommunityRequest, actor_of


@manage_page
@require_http_methods(METHODS)
def settings(request: CommunityRequest) -> HttpResponse:
    community = request.community
    form = SettingsForm(
        request.POST if request.method == "POST" else None, initial=SettingsForm.shown(community)
    )
    if form.is_valid():
        try:
            change_settings(community, form.columns, by=actor_of(request))
        except InvalidSetting as error:
            form.refuse(error)
        else:
            messages.success(request, _("The settings are saved. They count from now on."))
            return redirect("manage:settings", community.slug)
    return show(
        request, "admin/settings.html", {"form": form}, active="settings", status=status_of(form)
    )
