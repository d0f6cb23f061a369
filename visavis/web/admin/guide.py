"""The frame of the set-up guide: every step knows its neighbours and what is still missing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from visavis.core import clock
from visavis.core.troubles import again_on_conflict
from visavis.imports.errors import ImportRefused, TypedRefused
from visavis.imports.typed import TypedBy
from visavis.web.admin.doors import show
from visavis.web.admin.forms.guide import HoursForm, Rows
from visavis.web.admin.setup_steps import SEES_TO, SetupStep, guide_url, setup_steps
from visavis.web.ui.doors import CommunityRequest, actor_of

# What takes in rows of a table, each with its number.
Take = Callable[[list[tuple[int, Any]]], None]
# The steps where something may be typed: “Go on” sends it along, with the form of this id.
TYPED = ("kind", "wording", "people", "hours")


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps with the one that is shown."""

    steps: list[SetupStep]
    number: int

    @property
    def step(self) -> SetupStep:
        return self.steps[self.number - 1]

    @property
    def back(self) -> SetupStep | None:
        return self.steps[self.number - 2] if self.number > 1 else None

    @property
    def following(self) -> SetupStep | None:
        return self.steps[self.number] if self.number < len(self.steps) else None

    @property
    def lacks_anything(self) -> bool:
        """Whether any step lacks what students would need."""
        return any(step.lacks for step in self.steps)

    @property
    def is_typed(self) -> bool:
        return self.step.key in TYPED


@dataclass(frozen=True, slots=True)
class Taking:
    """What was typed in one form of the page, and what takes it in."""

    form: Rows | HoursForm
    take: Callable[[], None]

    def refuse(self, refusal: ImportRefused) -> None:
        """Tell the form."""
        if isinstance(refusal, TypedRefused):
            self.form.refuse(refusal)
        elif isinstance(self.form, Rows):
            self.form.refuse_all(refusal.message)
        else:
            self.form.add_error(None, refusal.message)


def show_step(
    request: CommunityRequest, key: str, page: dict[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The step's page, with where one is and what is missing."""
    steps = setup_steps(request.community, now=clock.now())
    number = next(at for at, step in enumerate(steps, 1) if step.key == key)
    frame = {"guide": Guide(steps, number)}
    return show(
        request, f"admin/guide/{key}.html", {**frame, **page}, active="guide", status=status
    )


def typed_by(request: CommunityRequest) -> TypedBy:
    """Who typed what this request brings."""
    return TypedBy(request.user, actor_of(request), clock.now())


def rows_sent(request: HttpRequest, table: type[Rows], *, prefix: str) -> Rows:
    """The table as it was sent, or blank."""
    return table(request.POST if request.method == "POST" else None, prefix=prefix)


def take_rows(
    request: CommunityRequest, rows: Rows, *, take: Take, back: str
) -> HttpResponse | None:
    """Take in what was typed and go back to the step; None when it comes back with errors."""
    if not take_all([rows_taking(rows, take)]):
        return None
    messages.success(request, saved(len(rows.filled)))
    return redirect(guide_url(request.community, back))


def take_typed(
    request: CommunityRequest, tables: Iterable[tuple[Rows, Take]], *, step: str
) -> HttpResponse | None:
    """Take in whatever was typed on the step's page, all or nothing, and go where was asked.

    None when something comes back with errors; that nothing was typed is none.
    """
    filled = [(rows, take) for rows, take in tables if rows.filled]
    if not take_all([rows_taking(rows, take) for rows, take in filled]):
        return None
    if filled:
        messages.success(request, saved(sum(len(rows.filled) for rows, _take in filled)))
    return redirect(way_on(request, step))


def rows_taking(rows: Rows, take: Take) -> Taking:
    """Take in the rows that can be read: where some cannot, the others are tried as well."""

    def take_readable() -> None:
        if readable := [(at, form) for at, form in rows.filled if form.is_valid()]:
            take(readable)

    return Taking(rows, take_readable)


def take_all(takings: Sequence[Taking]) -> bool:
    """Take in all of them or none, and whether they are; else the forms say what is wrong.

    Each is tried, so that all that is wrong is told at once.
    """
    refusals = _refusals_of(takings)
    # Only now: what a form was told in a go that lost would stand there for good.
    for taking, refusal in refusals:
        taking.refuse(refusal)
    return not refusals and all(taking.form.is_valid() for taking in takings)


@again_on_conflict
def _refusals_of(takings: Sequence[Taking]) -> list[tuple[Taking, ImportRefused]]:
    """What refuses to be taken in; then, or when something cannot be read, nothing is written."""
    refusals = []
    with transaction.atomic():
        for taking in takings:
            try:
                with transaction.atomic():
                    taking.take()
                    if not taking.form.is_valid():
                        transaction.set_rollback(True)
            except ImportRefused as refusal:
                refusals.append((taking, refusal))
        if refusals or not all(taking.form.is_valid() for taking in takings):
            transaction.set_rollback(True)
    return refusals


def wants_more(request: HttpRequest) -> bool:
    """The button for more blank rows was pressed, so nothing is taken in yet."""
    return "more" in request.POST


def sends_all(request: HttpRequest) -> bool:
    """“Go on”, or the Enter key in a page of two forms: everything typed is taken in, if any."""
    return "onward" in request.POST or "entered" in request.POST


def way_on(request: CommunityRequest, step: str) -> str:
    """The address of the step after `step` where “Go on” was pressed, else of `step` itself."""
    keys = list(SEES_TO)
    following = keys[keys.index(step) + 1] if "onward" in request.POST else step
    return guide_url(request.community, following)


def saved(number: int) -> str:
    """What is said once rows were taken in; they can be undone like a file."""
    if number == 1:
        return _("Added. It stands under the recent files, where it can be undone.")
    return _(
        "%(number)s are added. They stand under the recent files, where they can be undone."
    ) % {"number": number}
