"""The community's own links on its learn screen."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.communities.actions import add_link, remove_link
from visavis.communities.models import CommunityLink
from visavis.core.errors import NotFound
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.links import LinkForm
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of


@manage_page
@require_http_methods(METHODS)
def links(request: CommunityRequest) -> HttpResponse:
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        link = add_link(request.community, **form.cleaned_data, by=actor_of(request))
        messages.success(request, _("“%(label)s” is on the page now.") % {"label": link.label})
        return redirect("manage:links", request.community.slug)
    page_obj = page_of(request, request.community.links.all())
    page = {"form": form, "links": page_obj.object_list, "page_obj": page_obj}
    return show(request, "admin/links.html", page, active="links", status=status_of(form))


@manage_page
@require_http_methods(METHODS)
def link_removal(request: CommunityRequest, pk: int) -> HttpResponse:
    link = CommunityLink.objects.filter(community=request.community, pk=pk).first()
    if link is None:
        raise NotFound(_("This link is not there any more."))
    if request.method == "POST":
        remove_link(link, by=actor_of(request))
        messages.success(request, _("“%(label)s” is gone.") % {"label": link.label})
        return redirect("manage:links", request.community.slug)
    page = {
        "title": _("Remove “%(label)s”?") % {"label": link.label},
        "consequence": _("Students no longer see it: %(url)s") % {"url": link.url},
        "verb": _("Remove this link"),
        "back_url": reverse("manage:links", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="links")
