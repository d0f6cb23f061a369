"""What is known of a person besides meetings: who they are, what they may, how they come in."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from visavis.availability.models import DatedChange, OutsideBusy, OutsideCalendar, WeeklyBlock
from visavis.calendars.models import CalendarFeed
from visavis.catalogue.models import Certification, Enrollment
from visavis.imports.models import Import
from visavis.notifications.enums import Audience
from visavis.notifications.models import Message
from visavis.people.models import AccountEvent, Device, Membership, Provider, User
from visavis.privacy.models import ErasureRequest
from visavis.privacy.rows import Row, each, plain


def profile(person: User) -> Iterator[Row]:
    yield {
        name: plain(getattr(person, name))
        for name in (
            "email",
            "sso_id",
            "first_name",
            "last_name",
            "pronouns",
            "timezone",
            "hour_cycle",
            "is_school_admin",
            "is_active",
            "claimed_at",
            "last_login",
            "created_at",
        )
    }


def memberships(person: User) -> Iterator[Row]:
    return each(
        Membership.objects.filter(user=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "role": row.role,
            "student_id": row.student_id,
            "attributes": row.attributes,
            "source": row.source,
            "since": row.created_at,
        },
    )


def providers(person: User) -> Iterator[Row]:
    return each(
        Provider.objects.filter(user=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "introduction": row.bio,
            "photo": row.photo.name or "",
            "meeting_link": row.meeting_link,
            "weekly_minutes_at_most": row.weekly_cap_minutes,
            "since": row.created_at,
            "retired_at": row.retired_at,
        },
    )


def services(person: User) -> Iterator[Row]:
    yield from each(
        Enrollment.objects.filter(user=person).select_related("service__community"),
        lambda row: {
            "community": row.service.community.name,
            "service": row.service.label,
            "as": "student",
            "since": row.created_at,
        },
    )
    yield from each(
        Certification.objects.filter(provider__user=person).select_related("provider__community"),
        lambda row: {
            "community": row.provider.community.name,
            "service": row.entry,
            "as": "provider",
            "since": None,
        },
    )


def hours(person: User) -> Iterator[Row]:
    yield from each(
        WeeklyBlock.objects.filter(provider__user=person).select_related("provider__community"),
        lambda row: {
            "community": row.provider.community.name,
            "kind": "weekly",
            "weekday": row.get_weekday_display(),
            "first": row.valid_from,
            "last": row.valid_until,
            "start_minute": row.start_minute,
            "end_minute": row.end_minute,
            "note": "",
        },
    )
    yield from each(
        DatedChange.objects.filter(provider__user=person).select_related("provider__community"),
        lambda row: {
            "community": row.provider.community.name,
            "kind": row.kind,
            "weekday": "",
            "first": row.first,
            "last": row.last,
            "start_minute": row.start_minute,
            "end_minute": row.end_minute,
            "note": row.note,
        },
    )


def messages(person: User) -> Iterator[Row]:
    return each(
        Message.objects.filter(recipient=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "to": row.address,
            "kind": row.kind,
            # Subjects of mails to whoever gives support name their students.
            "subject": row.subject if row.audience == Audience.STUDENT else "",
            "state": row.state,
            "written_at": row.created_at,
            "sent_at": row.sent_at,
        },
    )


def calendars(person: User) -> Iterator[Row]:
    yield from each(
        OutsideCalendar.objects.filter(person=person),
        lambda row: {
            "kind": "read here",
            "name": row.name,
            "address": row.address,
            "since": row.created_at,
            "read_at": row.read_at,
        },
    )
    yield from each(
        CalendarFeed.objects.filter(person=person),
        lambda row: {
            "kind": "private address",
            "name": "",
            "address": "",
            "since": row.created_at,
            "read_at": None,
        },
    )


def busy(person: User) -> Iterator[Row]:
    return each(
        OutsideBusy.objects.filter(person=person),
        lambda row: {"start": row.start, "end": row.end},
    )


def uploads(person: User) -> Iterator[Row]:
    return each(
        Import.objects.filter(by=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "kind": row.kind,
            "state": row.state,
            "uploaded_at": row.created_at,
        },
    )


def sign_ins(person: User) -> Iterator[Row]:
    return each(
        AccountEvent.objects.filter(user=person),
        lambda row: {
            "at": row.at,
            "what": row.kind,
            "way": row.way,
            "second_way": row.second_way,
            "device": row.device,
            "network": row.network,
        },
    )


def devices(person: User) -> Iterator[Row]:
    return each(
        Device.objects.filter(user=person),
        lambda row: {
            "since": row.since,
            "seen_at": row.seen_at,
            "way": row.way,
            "device": row.device,
            "network": row.network,
        },
    )


def factors(person: User) -> Iterator[Row]:
    return each(
        Authenticator.objects.filter(user=person),
        lambda row: {
            "kind": row.type,
            "since": row.created_at,
            "last_used_at": row.last_used_at,
        },
    )


def identities(person: User) -> Iterator[Row]:
    return each(
        SocialAccount.objects.filter(user=person),
        lambda row: {
            "provider": row.provider,
            "called_there": row.uid,
            "what_you_are_there": row.extra_data,
            "since": row.date_joined,
            "last": row.last_login,
        },
    )


def requests(person: User) -> Iterator[Row]:
    return each(
        ErasureRequest.objects.filter(person=person),
        lambda row: {
            "state": row.state,
            "asked_at": row.asked_at,
            "decided_at": row.decided_at,
            "answer": row.answer,
        },
    )
