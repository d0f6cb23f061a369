"""The school's communities, and a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.communities.actions import UNOPENED
from visavis.communities.errors import CommunityExists, InvalidSetting
from visavis.communities.queries import find_usual_zone
from visavis.core import clock
from visavis.setup.actions import FIRST_PLACE, found_community, found_community_like
from visavis.web.admin.doors import METHODS, school_page, show_school, status_of
from visavis.web.admin.forms.communities import NewCommunityForm
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.admin.queries.communities import listed_communities
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.listing import page_of


@school_page
@require_safe
def communities(request: SignedInRequest) -> HttpResponse:
    """Every community, open or hidden, with who looks after it."""
    text = TextFilter.read(request.GET)["text"]
    found = listed_communities(text=text, now=clock.now())
    page = {"page_obj": page_of(request, found), "text": text}
    return show_school(request, "admin/communities.html", page, active="communities")


@school_page
@require_http_methods(METHODS)
def new_community(request: SignedInRequest) -> HttpResponse:
    form = NewCommunityForm(
        request.POST if request.method == "POST" else None, initial={"timezone": find_usual_zone()}
    )
    if form.is_valid():
        try:
            model, chosen, by = form.model, form.chosen, actor_of(request)
            maker = request.user  # looks after it, and stands among its administrators
            if model is not None:
                made = found_community_like(model, **chosen, by=by, administrator=maker)
            else:
                preset = form.cleaned_data["preset"]
                made = found_community(
                    **chosen, preset=preset, by=by, state=UNOPENED, administrator=maker
                )
        except CommunityExists as error:
            form.add_error("slug", error.message)
        except InvalidSetting as error:
            form.refuse(error)
        else:
            told = _("%(name)s is there. This guide leads to its first booking.")
            messages.success(request, told % {"name": made.name})
            return redirect("manage:guide_wording", made.slug)
    return show_school(
        request,
        "admin/new_community.html",
        {"form": form, "first_place": FIRST_PLACE},
        active="communities",
        status=status_of(form),
    )
