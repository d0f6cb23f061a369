"""Weekly hours: add, change, remove."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.actions import (
    add_weekly_block,
    change_weekly_block,
    remove_weekly_block,
)
from visavis.availability.copying import Done, made_row
from visavis.availability.enums import Weekday
from visavis.availability.errors import InvalidHours
from visavis.availability.models import WeeklyBlock
from visavis.availability.queries import weekly_blocks_of
from visavis.availability.restoring import keep
from visavis.availability.telling import mark_of
from visavis.communities.wording import wording_of
from visavis.core.errors import NotFound
from visavis.core.seen import ChangedMeanwhile
from visavis.web.hours.desk import Desk
from visavis.web.hours.forms import BlockForm, initial_of
from visavis.web.hours.reads import overlap_in_words
from visavis.web.hours.views.changing import Told, changed
from visavis.web.hours.views.gone import back_from_gone, show_gone
from visavis.web.hours.views.hours import show
from visavis.web.hours.words import DAY, block_in_words
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of

METHODS = ["GET", "HEAD", "POST"]


class _Incomplete(Exception):
    """The form knows what is wrong; whatever was written is taken back."""


@require_http_methods(METHODS)
def new_block(request: CommunityRequest, desk: Desk) -> HttpResponse:
    return _edit(request, desk, None)


@require_http_methods(METHODS)
def change_block(request: CommunityRequest, desk: Desk, pk: int) -> HttpResponse:
    block = find_block(desk, pk)
    if block is not None:
        try:
            return _edit(request, desk, block)
        except NotFound:
            pass  # it was removed at this very moment
    if request.method == "POST":
        words = wording_of(request.community)
        form = BlockForm(request.POST, provider=desk.provider, words=words)
        return show_gone(request, desk, "block", pk, form)
    return back_from_gone(request, desk, "block", pk)


@require_http_methods(METHODS)
def block_removal(request: CommunityRequest, desk: Desk, pk: int) -> HttpResponse:
    """GET asks; POST removes what the question was about, unless it is another by now."""
    block = find_block(desk, pk)
    if block is None:
        return back_from_gone(request, desk, "block", pk)
    words = block_in_words(block, cycle=cycle_of(request))
    page = {
        "title": _("Remove %(hours)s?") % {"hours": words},
        "consequence": _("Nobody can book in these hours any more."),
        "verb": _("Remove these hours"),
        "seen": mark_of(block),
    }
    if request.method != "POST":
        return show(request, desk, "hours/removal.html", page)
    done = Done(removed=[keep(block)])

    def remove() -> None:
        remove_weekly_block(block, by=actor_of(request), seen=request.POST.get("seen", ""))

    try:
        return changed(request, desk, remove, lambda _gone: (done, _removed(words)))
    except NotFound:
        return back_from_gone(request, desk, "block", pk)
    except ChangedMeanwhile as error:
        page["told"] = error.message
        return show(request, desk, "hours/removal.html", page, status=error.status)


def _removed(words: str) -> str:
    return _("Removed: %(hours)s.") % {"hours": words}


def find_block(desk: Desk, pk: int) -> WeeklyBlock | None:
    """The provider's own block, if it is there."""
    block = weekly_blocks_of(desk.provider).filter(pk=pk).first()
    if block is not None:
        block.provider = desk.provider
    return block


def get_block(desk: Desk, pk: int) -> WeeklyBlock:
    """The provider's own block. Raises NotFound."""
    block = find_block(desk, pk)
    if block is None:
        raise NotFound(_("These hours are not there any more."))
    return block


def _edit(request: CommunityRequest, desk: Desk, block: WeeklyBlock | None) -> HttpResponse:
    form = BlockForm(
        request.POST if request.method == "POST" else None,
        existing=block,
        initial=initial_of(block) if block else drawn(request),
        provider=desk.provider,
        words=wording_of(request.community),
    )
    if form.is_bound:
        try:
            return _save(request, desk, form, block)
        except _Incomplete:
            pass
        except ChangedMeanwhile as error:
            there = get_block(desk, block.pk if block else 0)
            form.show_newer(error.message, initial_of(there))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = {"form": form, "existing": block, "newer": form.has_newer and _newer(request, block)}
    return show(request, desk, "hours/block.html", page, status=status)


def drawn(request: CommunityRequest) -> dict[str, object]:
    """What an empty form begins with: the day and times that the address names, else a morning."""
    asked: dict[str, object] = {"start": 9 * 60, "end": 12 * 60}
    day = asked_weekday(request)
    if day is not None:
        asked["weekday"] = [day]
    return asked


def asked_weekday(request: CommunityRequest) -> Weekday | None:
    """The weekday that the address names by its number, if it names one."""
    named = request.GET.get("weekday", "")
    return next((day for day in Weekday if named == str(day.value)), None)


def _newer(request: CommunityRequest, block: WeeklyBlock | None) -> str:
    return block_in_words(block, cycle=cycle_of(request)) if block else ""


def _save(
    request: CommunityRequest, desk: Desk, form: BlockForm, block: WeeklyBlock | None
) -> HttpResponse:
    """Write what the form says. Raises _Incomplete, and ChangedMeanwhile.

    The same hours are looked for under the person's lock, so that a double tap adds them once.
    """
    before = keep(block) if block else None

    def write() -> list[WeeklyBlock]:
        if not form.is_valid():
            raise _Incomplete
        try:
            return _write(request, desk, form, block)
        except InvalidHours as error:
            form.add_error("start", ValidationError(error.message))
            raise _Incomplete from error

    def tell(saved: list[WeeklyBlock]) -> Told:
        done = Done(made=[made_row(row) for row in saved])
        if before is not None:
            done = Done(before=[(before, mark_of(saved[0]))])
        return done, _words(request, saved)

    def also(saved: list[WeeklyBlock]) -> None:
        for row in saved:
            _tell_more(request, desk, row)

    return changed(request, desk, write, tell, also)


def _write(
    request: CommunityRequest, desk: Desk, form: BlockForm, block: WeeklyBlock | None
) -> list[WeeklyBlock]:
    """One block for each day, or, when one does not fit, none. Raises InvalidHours."""
    values, by = form.values, actor_of(request)
    if block is not None:
        day, seen = form.weekdays[0], form.cleaned_data["seen"]
        return [change_weekly_block(block, weekday=day, **values, by=by, seen=seen)]
    return [add_weekly_block(desk.provider, weekday=day, **values, by=by) for day in form.weekdays]


def _words(request: CommunityRequest, saved: list[WeeklyBlock]) -> str:
    words = "; ".join(block_in_words(block, cycle=cycle_of(request)) for block in saved)
    return _("Saved: %(hours)s.") % {"hours": words}


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
