"""Carries out `visavis slots`, `explain`, `book` and `move`."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from visavis.availability.queries import get_location
from visavis.bookings.actions import Order, Target, reschedule
from visavis.bookings.actions import book as book_order
from visavis.bookings.answers import GivenAnswer, check_answer, questions_of
from visavis.bookings.errors import InvalidAnswer, SlotTaken
from visavis.bookings.models import Booking
from visavis.bookings.openings import (
    Question,
    Slot,
    Verdict,
    ask,
    question_for_start,
)
from visavis.bookings.openings import explain as explain_start
from visavis.bookings.queries import WITH_ALL
from visavis.bookings.refusals import sentence
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.models import AppointmentFormat, FormatQuestion
from visavis.catalogue.queries import get_format, get_service
from visavis.cli.bookings import KEY_LENGTH
from visavis.cli.output import count, say, show_table
from visavis.cli.running import Refused, print_json
from visavis.cli.values import COMMAND_LINE, at, iso, local, read_date, read_instant
from visavis.cli.work.series import book_weeks, booking_as_data, read_weeks
from visavis.communities.models import Community
from visavis.communities.queries import get_community
from visavis.communities.wording import wording_of
from visavis.core.errors import NotFound
from visavis.core.text import fold
from visavis.engine.world import Reason
from visavis.people.queries import get_provider, get_user


def slots(*, now: str | None, as_json: bool, **asked: Any) -> None:
    with at(now) as instant:
        question = _question(asked, instant)
        found = list(ask(question).slots())
    community = question.community
    if as_json:
        data = [slot_as_data(slot) for slot in found]
        print_json({"timezone": community.timezone, "slots": data})
        return
    say(f"{question.service.label}, {question.format.name}: times in {community.timezone}")
    show_slots(
        community,
        found,
        empty=f"Nothing is free in {count(question.days, 'day')} from {question.first}.",
    )


def explain(*, start: str, now: str | None, as_json: bool, **asked: Any) -> None:
    wanted = _instant(start)
    with at(now) as instant:
        question = question_for_start(_question(asked, instant), wanted)
        verdicts = explain_start(question, wanted)
    reasons = _reasons(question, verdicts)
    if as_json:
        print_json(_explanation(question, wanted, verdicts, reasons))
        return
    when = local(question.community, wanted)
    if not reasons:
        say(f"{when} is offered.")
    else:
        say(f"{when} is not offered.")
        for reason in reasons:
            say(f"  {reason['message']} ({reason['code']})")
    _show_verdicts(question.community, verdicts)


def book(*, start: str, now: str | None, as_json: bool, **asked: Any) -> None:
    wanted, key = _instant(start), _key(asked.pop("key"))
    texts = asked.pop("answers")
    weeks = read_weeks(asked)
    with at(now) as instant:
        question = question_for_start(_question(asked, instant), wanted)
        answers = _answers(question.format, texts)
        order = Order(question, wanted, key, answers)
        weeks.check(question.format)
        try:
            if weeks:
                book_weeks(order, weeks, now=instant, as_json=as_json)
                return
            made = book_order(order, by=COMMAND_LINE, now=instant)
        except SlotTaken as taken:
            raise _taken(question.community, taken) from taken
    if as_json:
        print_json(booking_as_data(made))
        return
    meeting = made.appointment
    say(
        f"Booked ({made.state}): {made.student} with {meeting.provider}, "
        f"{local(question.community, meeting.start)}, {meeting.location}."
    )


def move(*, booking: str, start: str, now: str | None, as_json: bool, **asked: Any) -> None:
    wanted, found = _instant(start), _find_booking(booking)
    meeting = found.appointment
    community = meeting.community
    target = Target(
        wanted,
        get_provider(community, asked["provider"]) if asked["provider"] else meeting.provider,
        get_location(community, asked["location"]) if asked["location"] else meeting.location,
    )
    with at(now) as instant:
        try:
            moved = reschedule(found, target, by=COMMAND_LINE, now=instant)
        except SlotTaken as taken:
            raise _taken(community, taken) from taken
    if as_json:
        print_json(booking_as_data(moved))
        return
    meeting = moved.appointment
    say(
        f"Moved ({moved.state}): {moved.student} with {meeting.provider}, "
        f"{local(community, meeting.start)}, {meeting.location}."
    )


# --- What is asked --------------------------------------------------------------------------------


def _question(asked: dict[str, Any], now: datetime) -> Question:
    community = get_community(asked["community"])
    first = read_date(asked.get("first"), "--from")
    question = Question(
        community=community,
        service=get_service(community, asked["service"]),
        format=get_format(community, asked["format_name"]),
        first=first or now.astimezone(community.zone).date(),
        days=asked.get("days") or 1,
        now=now,
        student=get_user(asked["student"]) if asked["student"] else None,
        provider=get_provider(community, asked["provider"]) if asked["provider"] else None,
        location=get_location(community, asked["location"]) if asked["location"] else None,
    )
    return _as_moved(question, asked["moving"]) if asked.get("moving") else question


def _as_moved(question: Question, text: str) -> Question:
    """The question of this booking's student, as if they moved it: it stays what it is."""
    booking = _find_booking(text)
    meeting = booking.appointment
    if meeting.service_id != question.service.pk:
        raise Refused(f"This booking is about {meeting.service.code}: ask for that.")
    if question.student not in (None, booking.student):
        raise Refused(f"This booking is {booking.student.email}’s: ask for them, or for nobody.")
    return replace(question, format=meeting.format, student=booking.student, moving=booking)


def _find_booking(text: str) -> Booking:
    try:
        public_id = uuid.UUID(text)
    except ValueError:
        raise click.BadParameter(
            f"“{text}” is no booking’s id, as `visavis book --json` tells it.", param_hint="BOOKING"
        ) from None
    found = Booking.objects.filter(public_id=public_id).select_related("student", *WITH_ALL).first()
    if found is None:
        raise NotFound(f"There is no booking {public_id}.", code="unknown_booking")
    return found


def _instant(text: str) -> datetime:
    found = read_instant(text, "--start")
    if found is None:
        raise click.BadParameter("A start is needed.", param_hint="--start")
    return found


def _key(text: str | None) -> str:
    if text is not None and not 1 <= len(text) <= KEY_LENGTH:
        raise click.BadParameter(
            f"A key has 1 to {KEY_LENGTH} characters, not {len(text)}.", param_hint="--key"
        )
    return text or str(uuid.uuid4())


def _answers(format_: AppointmentFormat, texts: Sequence[str]) -> list[GivenAnswer]:
    """The answers as given; required ones that are missing are the pages' business."""
    questions = {fold(question.label): question for question in questions_of(format_)}
    given: dict[int, GivenAnswer] = {}
    for text in texts:
        label, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"“{text}” is not question=answer.", param_hint="--answer")
        question = questions.get(fold(label))
        if question is None:
            raise _unknown_question(format_, label, questions.values())
        given[question.pk] = _answer(question, value)
    return list(given.values())


def _answer(question: FormatQuestion, value: str) -> GivenAnswer:
    if question.kind == QuestionKind.FILE:
        raise InvalidAnswer(f"{question.label}: a file can be given on the page only.")
    several = question.kind == QuestionKind.SEVERAL_CHOICES
    parts = [part.strip() for part in value.split("|") if part.strip()]
    answer = GivenAnswer(question, parts if several else value)
    check_answer(answer)
    return answer


def _unknown_question(format_: AppointmentFormat, label: str, known: Any) -> InvalidAnswer:
    names = ", ".join(f"“{question.label}”" for question in known) or "none"
    return InvalidAnswer(f"“{format_.name}” does not ask “{label}”. Its questions: {names}.")


# --- What is answered -----------------------------------------------------------------------------


def slot_as_data(slot: Slot) -> dict[str, Any]:
    return {
        "start": iso(slot.start),
        "end": iso(slot.end),
        "providers": [provider.user.email for provider in slot.providers],
        "seats_left": slot.seats_left,
    }


def show_slots(community: Community, found: Sequence[Slot], *, empty: str) -> None:
    rows = [
        (
            f"{shown:%a %Y-%m-%d}",
            f"{shown:%H:%M}",
            ", ".join(provider.user.email for provider in slot.providers),
        )
        for slot in found
        for shown in [slot.start.astimezone(community.zone)]
    ]
    show_table(["day", "start", wording_of(community).providers.lower()], rows, empty=empty)


def _taken(community: Community, taken: SlotTaken) -> Refused:
    near = [slot_as_data(slot) for slot in taken.alternatives]
    refused = Refused(taken.message, code=taken.code, alternatives=near)
    starts = [local(community, slot.start) for slot in taken.alternatives]
    refused.details = f"The nearest that are free: {'; '.join(starts)}." if starts else ""
    return refused


# --- Why ------------------------------------------------------------------------------------------


def _reasons(question: Question, verdicts: Sequence[Verdict]) -> list[dict[str, str]]:
    """What stands against the start where the least does; nothing when it is offered somewhere."""
    if verdicts:
        return _shown(question.community, min(verdicts, key=lambda found: len(found.refusals)))
    words = wording_of(question.community)
    if question.provider is None:
        message = f"No {words.provider} gives {question.service} yet."
        return [{"code": Reason.NOT_CERTIFIED.value, "message": message}]
    message = f"{question.community.name} has no place for “{question.format.name}” yet."
    return [{"code": Reason.LOCATION_NOT_ADMITTED.value, "message": message}]


def _shown(community: Community, verdict: Verdict) -> list[dict[str, str]]:
    return [
        {"code": refusal.code.value, "message": sentence(refusal, community)}
        for refusal in verdict.refusals
    ]


def _explanation(
    question: Question,
    start: datetime,
    verdicts: Sequence[Verdict],
    reasons: list[dict[str, str]],
) -> dict[str, Any]:
    return {
        "timezone": question.community.timezone,
        "start": iso(start),
        "offered": not reasons,
        "reasons": reasons,
        "verdicts": [
            {
                "provider": verdict.provider.user.email,
                "location": verdict.location.name,
                "offered": not verdict.refusals,
                "reasons": _shown(question.community, verdict),
            }
            for verdict in verdicts
        ],
    }


def _show_verdicts(community: Community, verdicts: Sequence[Verdict]) -> None:
    rows = [
        (
            verdict.provider.user.email,
            verdict.location.name,
            ", ".join(refusal.code for refusal in verdict.refusals) or "offered",
        )
        for verdict in verdicts
    ]
    if len(rows) > 1:
        show_table([wording_of(community).provider.lower(), "place", "why"], rows, empty="")
