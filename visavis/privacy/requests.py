"""A person's wish to be erased: asked for by themselves, decided by the school."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.models import User
from visavis.privacy.enums import RequestState
from visavis.privacy.models import ErasureRequest


def open_requests() -> QuerySet[ErasureRequest]:
    """Who waits for an answer, the longest first."""
    waiting = ErasureRequest.objects.filter(state=RequestState.OPEN)
    return waiting.select_related("person").order_by("asked_at", "pk")


def find_open_request(person: User) -> ErasureRequest | None:
    """The person's wish that waits for an answer."""
    return ErasureRequest.objects.filter(person=person, state=RequestState.OPEN).first()


def last_answer(person: User) -> ErasureRequest | None:
    """The last wish that was turned down, with why."""
    refused = ErasureRequest.objects.filter(person=person, state=RequestState.REFUSED)
    return refused.order_by("-decided_at", "-pk").first()


@again_on_conflict
def ask_for_erasure(person: User, *, by: Actor, now: datetime) -> ErasureRequest:
    """Ask the school to erase the person; asked twice it waits once."""
    try:
        with transaction.atomic():
            found = find_open_request(person)
            if found is not None:
                return found
            request = ErasureRequest.objects.create(person=person, asked_at=now)
            history.record(by, "asked for erasure", request)
    except IntegrityError:
        # Two tabs at once: the other one has asked.
        return ErasureRequest.objects.get(person=person, state=RequestState.OPEN)
    return request


@again_on_conflict
def take_back(person: User, *, by: Actor, now: datetime) -> bool:
    """Take the wish back; False when none waits any more."""
    with transaction.atomic():
        request = _decide(person, RequestState.TAKEN_BACK, by=by, now=now)
        if request is not None:
            history.record(by, "took back erasure", request)
    return request is not None


@again_on_conflict
def turn_down(person: User, *, answer: str, by: Actor, now: datetime) -> bool:
    """Turn the wish down, with what the person is told; False when none waits any more."""
    with transaction.atomic():
        request = _decide(person, RequestState.REFUSED, answer, by=by, now=now)
        if request is not None:
            history.record(by, "refused erasure", request, reason=answer)
    return request is not None


def _decide(
    person: User, state: RequestState, answer: str = "", *, by: Actor, now: datetime
) -> ErasureRequest | None:
    """Write the decision about the wish that waits; None when none does any more."""
    waiting = ErasureRequest.objects.select_for_update().filter(
        person=person, state=RequestState.OPEN
    )
    request = waiting.first()
    if request is None:
        return None
    request.state, request.decided_at = state, now
    request.decided_by_label, request.answer = by.label[:254], answer
    request.save(update_fields=["state", "decided_at", "decided_by_label", "answer"])
    return request


def require_person(pk: int) -> User:
    """The person with this number. Raises NotFound."""
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    return person
