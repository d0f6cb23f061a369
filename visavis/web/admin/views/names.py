"""Names to choose from while one types, where a list would be too long."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.core.errors import NotFound
from visavis.web.admin.doors import desk_page
from visavis.web.admin.forms.choosing import FIELDS, names_like
from visavis.web.ui.doors import CommunityRequest


@desk_page
@require_safe
def names(request: CommunityRequest, of: str) -> HttpResponse:
    """The options for what stands in the input that asks; `gone=1` names the retired as well."""
    if of not in FIELDS:
        raise NotFound(_("There is no such page, or not for you."))
    # The input is called as the form calls it, and htmx says how.
    typed = request.GET.get(request.headers.get("HX-Trigger-Name", "q"), "")
    found = names_like(request.community, of, typed[:100], also_gone="gone" in request.GET)
    return render(request, "admin/names.html", {"names": found})
