"""Weekly hours: add, change, remove."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.actions import (
    add_weekly_block,
    change_weekly_block,
    remove_weekly_block,
)
from visavis.availability.errors import InvalidHours
from visavis.availability.models import WeeklyBlock
from visavis.availability.queries import weekly_blocks_of
from visavis.communities.wording import wording_of
from visavis.core.errors import NotFound
from visavis.people.queries import lock_people
from visavis.web.hours.desk import Desk
from visavis.web.hours.forms import BlockForm, initial_of
from visavis.web.hours.reads import overlap_in_words
from visavis.web.hours.undo import sign_removed
from visavis.web.hours.views.hours import show
from visavis.web.hours.words import DAY, block_in_words
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def new_block(request: CommunityRequest, desk: Desk) -> HttpResponse:
    return _edit(request, desk, None)


@require_http_methods(METHODS)
def change_block(request: CommunityRequest, desk: Desk, pk: int) -> HttpResponse:
    return _edit(request, desk, get_block(desk, pk))


@require_http_methods(METHODS)
def block_removal(request: CommunityRequest, desk: Desk, pk: int) -> HttpResponse:
    block = get_block(desk, pk)
    words = block_in_words(block, cycle=cycle_of(request))
    if request.method == "POST":
        token = sign_removed(block, words)
        remove_weekly_block(block, by=actor_of(request))
        return redirect(f"{desk.root}?{urlencode({'removed': token})}")
    return show(
        request,
        desk,
        "hours/removal.html",
        {
            "title": _("Remove %(hours)s?") % {"hours": words},
            "consequence": _("Nobody can book in these hours any more. Booked meetings stay."),
            "verb": _("Remove these hours"),
        },
    )


def get_block(desk: Desk, pk: int) -> WeeklyBlock:
    """The provider's own block. Raises NotFound."""
    block = weekly_blocks_of(desk.provider).filter(pk=pk).first()
    if block is None:
        raise NotFound(_("These hours are not there any more."))
    block.provider = desk.provider
    return block


def _edit(request: CommunityRequest, desk: Desk, block: WeeklyBlock | None) -> HttpResponse:
    form = BlockForm(
        request.POST if request.method == "POST" else None,
        existing=block,
        initial=initial_of(block) if block else {"start": 9 * 60, "end": 12 * 60},
        provider=desk.provider,
        words=wording_of(request.community),
    )
    saved = _check_and_save(request, desk, form, block) if form.is_bound else []
    if saved:
        _tell(request, desk, saved)
        return redirect(desk.root)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = {"form": form, "existing": block}
    return show(request, desk, "hours/block.html", page, status=status)


def _check_and_save(
    request: CommunityRequest, desk: Desk, form: BlockForm, block: WeeklyBlock | None
) -> list[WeeklyBlock]:
    """What was saved; nothing for a form that then knows its errors.

    The same hours are looked for under the person's lock, so that a double tap adds them once.
    """
    with transaction.atomic():
        lock_people([desk.provider.user_id])
        if not form.is_valid():
            return []
        try:
            return _save(request, desk, form, block)
        except InvalidHours as error:
            form.add_error("start", ValidationError(error.message))
            return []


def _save(
    request: CommunityRequest, desk: Desk, form: BlockForm, block: WeeklyBlock | None
) -> list[WeeklyBlock]:
    """One block for each day, or, when one does not fit, none. Raises InvalidHours."""
    values, by = form.values, actor_of(request)
    with transaction.atomic():
        if block is not None:
            return [change_weekly_block(block, weekday=form.weekdays[0], **values, by=by)]
        return [
            add_weekly_block(desk.provider, weekday=day, **values, by=by) for day in form.weekdays
        ]


def _tell(request: CommunityRequest, desk: Desk, saved: list[WeeklyBlock]) -> None:
    words = "; ".join(block_in_words(block, cycle=cycle_of(request)) for block in saved)
    messages.success(request, _("Saved: %(hours)s.") % {"hours": words})
    for block in saved:
        _tell_more(request, desk, block)


def _tell_more(request: CommunityRequest, desk: Desk, block: WeeklyBlock) -> None:
    cycle = cycle_of(request)
    if block.end_minute > DAY:
        day = block.get_weekday_display()
        messages.info(
            request, _("These hours begin on %(day)s and go through midnight.") % {"day": day}
        )
    other = overlap_in_words(block, list(weekly_blocks_of(desk.provider)), cycle=cycle)
    if other:
        messages.warning(
            request,
            _("They overlap %(other)s. Together they count as one.") % {"other": other},
        )
