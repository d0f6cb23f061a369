"""Other times that a booked student is offered instead; `models.py` brings these along."""

import uuid

from django.db import models
from django.db.models import Q

from visavis.bookings.enums import PENDING_PROPOSALS, HoldPurpose, Otherwise, ProposalState
from visavis.core import clock
from visavis.people.models import User


class Proposal(models.Model):
    """Times that are held for the student of a booking, who takes one of them or turns all down.

    `expires_at` (aware UTC) is the last instant to answer; `otherwise` says what becomes of the
    booking when no time is taken. While it is searching, nobody has been told of it yet.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.ForeignKey("bookings.Booking", models.CASCADE, related_name="proposals")
    holds = models.ManyToManyField("bookings.Hold", related_name="proposals")
    # Of a format on request, the time of whoever proposes it themselves needs no second answer.
    proposed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    proposed_by_label = models.CharField(max_length=254)
    purpose = models.CharField(max_length=10, choices=HoldPurpose)
    otherwise = models.CharField(max_length=10, choices=Otherwise)
    message = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.SEARCHING)
    expires_at = models.DateTimeField()
    # What one action proposed to several students is told in one batch.
    batch = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(state__in=[state.value for state in PENDING_PROPOSALS]),
                name="proposal_pending_once",
            ),
        ]
        indexes = [
            # Which have run out, or wait to be filled?
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=[state.value for state in PENDING_PROPOSALS]),
                name="proposal_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"Other times for {self.booking}"
