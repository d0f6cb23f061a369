"""Short addresses with their QR codes: for the community, each service, each person's own."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from visavis.catalogue.models import Service, ShortAddress
from visavis.catalogue.queries import services_of
from visavis.catalogue.short_addresses import (
    addresses_of_archived,
    give_short_address,
    give_short_addresses,
    lacks_short_addresses,
    revoke_short_address,
    short_addresses,
    standing_addresses,
)
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.text import fold
from visavis.web.admin.doors import METHODS, manage_page, show
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.admin.forms.short_addresses import WhoseForm
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of
from visavis.web.ui.qr import qr_png, qr_svg

ARCHIVED_SHOWN = 100
PICTURES = {"svg": ("image/svg+xml", qr_svg), "png": ("image/png", qr_png)}


@dataclass(frozen=True, slots=True)
class Row:
    """Something that can have an address: None is the community itself."""

    service: Service | None
    name: str
    address: ShortAddress | None
    url: str


@manage_page
@require_http_methods(METHODS)
def addresses(request: CommunityRequest) -> HttpResponse:
    if request.method == "POST":
        return _give(request)
    text = TextFilter.read(request.GET)["text"]
    page_obj = page_of(request, _services(request, text))
    rows = _rows(request, list(page_obj))
    own = [] if text or page_obj.number > 1 else _rows(request, [None])
    page = {
        "archived": _of_archived(request, text) if page_obj.number == 1 else [],
        "rows": [*own, *rows],
        "page_obj": page_obj,
        "text": text,
        "has_some": short_addresses(request.community).exists(),
        "lacks_some": lacks_short_addresses(request.community, services_of(request.community)),
    }
    return show(request, "admin/short_addresses.html", page, active="short_addresses")


def _of_archived(request: CommunityRequest, text: str) -> list[Row]:
    """Addresses that lead nowhere while their service is archived; they can be taken back."""
    found = addresses_of_archived(request.community)
    for word in fold(text).split():
        found = found.filter(service__search_key__contains=word)
    return [
        Row(address.service, str(address), address, whole_address(request, address))
        for address in found[:ARCHIVED_SHOWN]
    ]


def _give(request: CommunityRequest) -> HttpResponse:
    community, by = request.community, actor_of(request)
    form = WhoseForm(request.POST, services=services_of(community))
    if not form.is_valid():
        raise NotFound(_("What you chose is no longer there."))
    if form.cleaned_data["everything"]:
        made = give_short_addresses(community, services_of(community), by=by)
        told = ngettext("One address is made.", "%(made)s addresses are made.", made)
        messages.success(request, told % {"made": made})
    else:
        address = give_short_address(community, form.cleaned_data["service"], by=by)
        messages.success(request, _("%(name)s has a short address.") % {"name": address})
    return redirect("manage:short_addresses", community.slug)


def _services(request: CommunityRequest, text: str) -> QuerySet[Service]:
    found = services_of(request.community)
    for word in fold(text).split():
        found = found.filter(search_key__contains=word)
    return found


def _rows(request: CommunityRequest, services: list[Service] | list[None]) -> list[Row]:
    shown = Q(service__in=[service.pk for service in services if service]) | Q(service=None)
    there = {row.service_id: row for row in short_addresses(request.community).filter(shown)}
    return [
        Row(
            service,
            service.label if service else request.community.name,
            (address := there.get(service.pk if service else None)),
            whole_address(request, address) if address else "",
        )
        for service in services
    ]


def whole_address(request: CommunityRequest, address: ShortAddress) -> str:
    """The address as one types it."""
    return request.build_absolute_uri(reverse("short_address", args=[address.code]))


@manage_page
@require_safe
def qr_code(request: CommunityRequest, pk: int, kind: str) -> HttpResponse:
    """The picture, in place or with `?download` to be saved."""
    address = _require(short_addresses(request.community), pk)
    if kind not in PICTURES:
        raise NotFound(_("There is no such picture."))
    content_type, draw = PICTURES[kind]
    response = HttpResponse(draw(whole_address(request, address)), content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if "download" in request.GET:
        response.headers["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"{request.community.slug}-{address.code}.{kind}"
        )
    return response


@manage_page
@require_safe
def sheet(request: CommunityRequest) -> HttpResponse:
    """A page to print: every address with its QR code."""
    page_obj = page_of(request, short_addresses(request.community), size=60)
    rows = [(address, whole_address(request, address)) for address in page_obj]
    page = {"rows": rows, "page_obj": page_obj}
    return show(request, "admin/short_address_sheet.html", page, active="short_addresses")


@manage_page
@require_http_methods(METHODS)
def revocation(request: CommunityRequest, pk: int) -> HttpResponse:
    address = _require(standing_addresses(request.community), pk)
    if request.method == "POST":
        revoke_short_address(address, by=actor_of(request), now=clock.now())
        messages.success(request, _("The address leads nowhere any more."))
        return redirect("manage:short_addresses", request.community.slug)
    page = {
        "title": _("Take back the short address of “%(name)s”?") % {"name": address},
        "consequence": _(
            "Whoever opens %(url)s, or scans its code, finds nothing any more. A new address is "
            "another one: what is printed has to be printed again."
        )
        % {"url": whole_address(request, address)},
        "verb": _("Take it back"),
        "back_url": reverse("manage:short_addresses", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active="short_addresses")


def _require(addresses: QuerySet[ShortAddress], pk: int) -> ShortAddress:
    found = addresses.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This address is not there any more."))
    return found
