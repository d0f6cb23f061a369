"""Mails that could not be delivered: to whom, about what, why; and once more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from visavis.notifications.actions import try_again
from visavis.notifications.errors import NotUndelivered
from visavis.notifications.queries import require_message, undelivered_messages
from visavis.web.admin.doors import manage_page, show
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of
from visavis.web.ui.methods import post_page


def undelivered_url(request: CommunityRequest) -> str:
    return reverse("manage:undelivered", args=[request.community.slug])


@manage_page
@require_safe
def undelivered(request: CommunityRequest) -> HttpResponse:
    page_obj = page_of(request, undelivered_messages(request.community))
    page = {"rows": page_obj.object_list, "page_obj": page_obj}
    return show(request, "admin/undelivered.html", page, active="messages")


def one_url(request: CommunityRequest, pk: int) -> str:
    require_message(request.community, pk)
    return undelivered_url(request)


@manage_page
@post_page(back=one_url)
def retry(request: CommunityRequest, pk: int) -> HttpResponse:
    message = require_message(request.community, pk)
    try:
        try_again(message, by=actor_of(request))
    except NotUndelivered as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("The mail to %(to)s is tried again.") % {"to": message.address})
    return redirect(undelivered_url(request))


@manage_page
@post_page(back=undelivered_url)
def retry_all(request: CommunityRequest) -> HttpResponse:
    """Every one that waits there now; those that somebody else sends off meanwhile are left out."""
    tried = 0
    for message in undelivered_messages(request.community):
        try:
            try_again(message, by=actor_of(request))
        except NotUndelivered:
            continue
        tried += 1
    said = ngettext("%(n)d mail is tried again.", "%(n)d mails are tried again.", tried)
    messages.success(request, said % {"n": tried})
    return redirect(undelivered_url(request))
