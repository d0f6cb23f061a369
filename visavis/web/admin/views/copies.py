"""Everything that the community consists of, as one file to take away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.copies.asking import ask_for_download
from visavis.copies.downloads import (
    KEPT,
    Kept,
    fetch,
    find_downloads,
    get_download,
    remove_download,
    withheld_from,
)
from visavis.copies.enums import DownloadState
from visavis.copies.sheets import parts_among
from visavis.core import clock
from visavis.web.admin.doors import METHODS, files_page, show
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page

ACTIVE = "settings"


@files_page
@require_safe
def download(request: CommunityRequest) -> HttpResponse:
    """What there is to fetch, how far it is, or how to have it made."""
    kept = find_downloads(request.standing, now=clock.now())
    page: dict[str, Any] = {"kept": kept, "days": KEPT.days, "withheld": _withheld(request)}
    if _is_awaited(kept):
        page["poll_url"] = reverse("manage:download_progress", args=[request.community.slug])
    if kept.made is not None and kept.made.made_at is not None:
        page["until"] = kept.made.made_at + KEPT
    return show(request, "admin/download.html", page, active=ACTIVE)


@files_page
@require_safe
def download_progress(request: CommunityRequest) -> HttpResponse:
    """The meter alone; when there is nothing to wait for any more, the whole page instead."""
    if not _is_awaited(find_downloads(request.standing, now=clock.now())):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "admin/download_progress.html", {"poll_url": request.path})


def _is_awaited(kept: Kept) -> bool:
    return kept.later is not None and kept.later.state == DownloadState.WAITING


@files_page
@require_http_methods(METHODS)
def new_download(request: CommunityRequest) -> HttpResponse:
    """GET asks; POST has the worker make it."""
    slug = request.community.slug
    if request.method == "POST":
        ask_for_download(request.standing, by=actor_of(request), now=clock.now())
        return redirect("manage:download", slug)
    page = {
        "title": _("Make a copy of everything?"),
        "consequence": _(
            "The file holds personal data: who met whom and when, what students wrote, and notes "
            "for staff. Whoever downloads it is shown to the students under “Who opened my notes”. "
            "Keep it where nobody else can read it, and delete it when it has served."
        ),
        "verb": _("Make the copy"),
        "back_url": reverse("manage:download", args=[slug]),
    }
    return show(request, "admin/new_download.html", page, active=ACTIVE)


def download_url(request: CommunityRequest, public_id: UUID) -> str:
    """The page that has the button. Raises NotFound."""
    get_download(request.standing, public_id, now=clock.now())
    return reverse("manage:download", args=[request.community.slug])


@files_page
@post_page(back=download_url)
def download_file(request: CommunityRequest, public_id: UUID) -> HttpResponseBase:
    """The file, to save and not to show, a piece at a time; a POST, since it is written down."""
    found = get_download(request.standing, public_id, now=clock.now())
    if found.made_at is None:
        return redirect("manage:download", request.community.slug)
    name = f"{request.community.slug}-{found.made_at:%Y-%m-%d}.zip"
    headers = {
        "Content-Length": str(found.size),
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
    }
    pieces = fetch(found, by=actor_of(request), now=clock.now())
    return StreamingHttpResponse(pieces, headers=headers, content_type="application/zip")


@files_page
@require_http_methods(METHODS)
def download_removal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    found = get_download(request.standing, public_id, now=clock.now())
    if request.method == "POST":
        remove_download(found, by=actor_of(request))
        messages.success(request, _("The copy is gone from here."))
        return redirect("manage:download", request.community.slug)
    page = {
        "title": _("Remove this copy?"),
        "consequence": (
            _("It is not made any further. The community itself stays as it is.")
            if found.state == DownloadState.WAITING
            else _("Nobody can download it any more. The community itself stays as it is.")
        ),
        "verb": _("Remove the copy"),
        "back_url": reverse("manage:download", args=[request.community.slug]),
    }
    return show(request, "admin/removal.html", page, active=ACTIVE)


def _withheld(request: CommunityRequest) -> list[str]:
    """What of people's records is not in a copy for this reader, in words."""
    return parts_among(withheld_from(request.standing))
