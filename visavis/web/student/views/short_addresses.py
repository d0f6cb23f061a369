"""Where a short address leads: the learn screen, or straight to the times of a service."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from visavis.bookings.rules import can_learn
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import formats_of
from visavis.catalogue.short_addresses import find_short_address
from visavis.core.errors import NotFound
from visavis.people.rules import Standing
from visavis.web.ui.doors import Entrance, SignedInRequest, admits
from visavis.web.ui.times import duration_in_words


@admits(Entrance.SHORT)
@login_required
@never_cache
@require_safe
def short_address(request: SignedInRequest, code: str) -> HttpResponse:
    """One that was taken back, or is not for this person, answers like one that never was."""
    address = find_short_address(code)
    if address is None or not can_learn(Standing(request.user, address.community)):
        raise NotFound(_("There is no such page, or not for you."))
    community, service = address.community, address.service
    formats = list(formats_of(community))
    learn = reverse("student:learn", args=[community.slug])
    if service is None or not formats:
        return redirect(learn)
    if not service.is_active:
        told = _("%(service)s is not offered any more.") % {"service": service.label}
        messages.info(request, told)
        return redirect(learn)
    if len(formats) == 1:
        return redirect(times_url(formats[0], service))
    request.community = community  # type: ignore[attr-defined]
    ways = [(one, duration_in_words(one.minutes), times_url(one, service)) for one in formats]
    page = {"service": service, "ways": ways, "learn_url": learn}
    return render(request, "student/short_address.html", page)


def times_url(format_: AppointmentFormat, service: Service) -> str:
    """The free times of the service, in this kind of meeting."""
    parts = {"format_id": format_.pk, "service_id": service.pk}
    return reverse("student:times", kwargs={"community": service.community.slug, **parts})
