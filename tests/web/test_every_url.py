"""Every address × every role × own and other community, against one table.

An address without an entry fails. To add a page: one line in PAGES, that says who may.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories.cast import ROLES, Cast, Place
from tests.factories.identity import make_oidc, make_saml
from tests.factories.way import TEN
from tests.factories.world import TESTER
from visavis.catalogue.models import ShortAddress
from visavis.catalogue.short_addresses import give_short_address
from visavis.core.instants import write_instant
from visavis.identities.models import AffiliationRole, IdentityProvider
from visavis.people.enums import Role
from visavis.people.models import User

pytestmark = pytest.mark.django_db

# Who may; everybody else gets the same 404 as for an address that is not there.
SEES = {"stranger", "student", "paused", "provider", "front_desk", "admin", "school_admin"}
LEARNS = SEES | {"locked_out"}
TEACHES = {"provider"}
WORKS_AT_DESK = {"front_desk", "admin", "school_admin"}
MANAGES = {"admin", "school_admin"}
RUNS_SCHOOL = {"school_admin"}
SIGNED_IN = set(ROLES) - {"anonymous"}
EVERYBODY = set(ROLES)
GIVE_SUPPORT = {"provider", "provider_elsewhere"}
WORK_HERE = GIVE_SUPPORT | {"front_desk", "admin", "school_admin", "admin_elsewhere"}

Arguments = Callable[[Place], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """Who may, and what they get for a GET and for a POST with nothing in it.

    `exceptions` are standings that are answered otherwise: (GET, POST).
    """

    may: set[str]
    get: int = 200
    post: int = 405
    arguments: Arguments = lambda _place: {}
    exceptions: dict[str, tuple[int, int]] = field(default_factory=dict)


def pk(name: str) -> Arguments:
    return lambda place: {"pk": getattr(place, name).pk}


def run(place: Place) -> dict[str, Any]:
    return {"public_id": place.run.public_id}


def copied(place: Place) -> dict[str, Any]:
    return {"public_id": place.download.public_id}


def a_mail(_place: Place) -> dict[str, Any]:
    return {"kind": "confirmed", "audience": "student"}


def booked(place: Place) -> dict[str, Any]:
    return {"public_id": place.booking.public_id}


def waits(place: Place) -> dict[str, Any]:
    return {"public_id": place.waiting.public_id}


def asked(place: Place) -> dict[str, Any]:
    return {"public_id": place.request.public_id}


def a_service(place: Place) -> dict[str, Any]:
    return {"pk": place.world.service.pk}


def an_entry(place: Place) -> dict[str, Any]:
    return {"pk": place.provider.pk, "entry": place.provider.certifications.get().pk}


def a_student(place: Place) -> dict[str, Any]:
    return {"pk": place.student.memberships.get(community=place.community, role=Role.STUDENT).pk}


def a_location(place: Place) -> dict[str, Any]:
    return {"pk": place.world.location.pk}


def weekly(place: Place) -> dict[str, Any]:
    return {"public_id": place.series.public_id}


def a_format(place: Place) -> dict[str, Any]:
    return {"pk": place.question.format_id}


def asks(*, question: bool = False) -> Arguments:
    """A format that asks something, and with `question` what it asks."""

    def found(place: Place) -> dict[str, Any]:
        named = {"format_id": place.question.format_id}
        return named | {"pk": place.question.pk} if question else named

    return found


def an_address(place: Place) -> ShortAddress:
    """The community's short address, made when it is first asked for."""
    return give_short_address(place.community, None, by=TESTER)


def at_provider(name: str = "provider", *, saml: bool = False) -> Arguments:
    """An identity provider that is switched off, made when it is first asked for."""

    def found(_place: Place) -> dict[str, Any]:
        key, make = ("southfield", make_saml) if saml else ("northfield", make_oidc)
        if not IdentityProvider.objects.filter(app__provider_id=key).exists():
            make(key)
        return {name: key}

    return found


def an_identity(place: Place) -> dict[str, Any]:
    """Somebody's identity at that provider."""
    named = at_provider()(place)
    made, _new = SocialAccount.objects.get_or_create(
        provider=named["provider"], uid="somebody", user=place.student
    )
    return named | {"pk": made.pk}


def by_affiliation(_place: Place) -> dict[str, Any]:
    made, _new = AffiliationRole.objects.get_or_create(affiliation="student", role=Role.STUDENT)
    return {"pk": made.pk}


def school_admin(_place: Place) -> dict[str, Any]:
    return {"pk": User.objects.get(is_school_admin=True).pk}


def somebody(place: Place) -> dict[str, Any]:
    return {"pk": place.student.pk}


def of_provider(**more: Callable[[Place], Any]) -> Arguments:
    return lambda place: {
        "provider": place.provider.pk,
        **{name: find(place) for name, find in more.items()},
    }


def chosen(*names: str) -> Arguments:
    def choices(place: Place) -> dict[str, Any]:
        world = place.world
        known = {
            "format_id": world.format.pk,
            "service_id": world.service.pk,
            "start": write_instant(TEN.replace(day=16)),
            "provider_id": place.colleague.pk,
            "place_id": world.location.pk,
        }
        return {name: known[name] for name in names}

    return choices


FORMAT = ("format_id",)
SERVICE = (*FORMAT, "service_id")
START = (*SERVICE, "start")
PROVIDER = (*START, "provider_id")
PLACE = (*PROVIDER, "place_id")


def step(
    names: tuple[str, ...], *, get: int = 200, post: int = 405, paused: tuple[int, int] = (409, 405)
) -> Page:
    """A step of the student's way; the paused and the locked out are told so."""
    return Page(LEARNS, get, post, chosen(*names), {"paused": paused, "locked_out": paused})


# Addresses that belong to no community: nobody's standing matters to them but being signed in.
SCHOOL = {
    "home": Page(EVERYBODY),
    "healthz": Page(EVERYBODY),
    "readyz": Page(EVERYBODY),
    "metrics": Page(EVERYBODY),
    "stored_file": Page(set(), arguments=lambda _place: {"name": "photos/nobody.jpg"}),
    "styleguide": Page(EVERYBODY),
    "styleguide_progress": Page(EVERYBODY),
    "school:communities": Page(RUNS_SCHOOL),
    "school:new_community": Page(RUNS_SCHOOL, post=422),
    "school:settings": Page(RUNS_SCHOOL, post=422),
    "school:people": Page(RUNS_SCHOOL),
    "school:person": Page(RUNS_SCHOOL, arguments=somebody),
    "school:person_file": Page(RUNS_SCHOOL, get=302, post=200, arguments=somebody),
    # Nobody has asked.
    "school:person_refusal": Page(RUNS_SCHOOL, get=302, post=302, arguments=somebody),
    "school:person_erasure": Page(RUNS_SCHOOL, post=422, arguments=somebody),
    "school:retention": Page(RUNS_SCHOOL, post=422),
    "school:retention_due": Page(RUNS_SCHOOL),
    "school:admins": Page(RUNS_SCHOOL, post=422),
    "school:sign_in": Page(RUNS_SCHOOL),
    "school:email_codes": Page(RUNS_SCHOOL, get=302, post=302),
    "school:affiliation_roles": Page(RUNS_SCHOOL, post=422),
    "school:affiliation_role_removal": Page(RUNS_SCHOOL, post=302, arguments=by_affiliation),
    "school:new_oidc": Page(RUNS_SCHOOL, get=302, post=302),
    "school:new_saml": Page(RUNS_SCHOOL, post=422),
    **{
        f"school:{name}": Page(RUNS_SCHOOL, get, post, at_provider())
        for name, get, post in [
            ("identity_provider", 200, 422),
            ("identity_provider_trial", 302, 405),
            ("identity_provider_switch", 302, 302),
            ("identity_provider_rise", 302, 302),
            ("identity_provider_reading", 302, 302),
            ("identity_provider_removal", 200, 302),
            ("identity_people", 200, 405),
        ]
    },
    "school:identity_removal": Page(RUNS_SCHOOL, post=302, arguments=an_identity),
    "school:admin_removal": Page(RUNS_SCHOOL, get=302, post=302, arguments=school_admin),
    # One's own are under one's own account.
    "school:factors_removal": Page(RUNS_SCHOOL, get=302, post=302, arguments=school_admin),
    "school:sessions_ending": Page(RUNS_SCHOOL, get=302, post=302, arguments=school_admin),
    "school:record": Page(RUNS_SCHOOL),
    "school:record_export": Page(RUNS_SCHOOL),
    "short_address": Page(
        set(),
        get=404,
        arguments=lambda _place: {"code": "made-up"},
    ),
    "account_begin": Page(EVERYBODY, get=302, post=403, arguments=at_provider()),
    "openid_connect_callback": Page(EVERYBODY, get=403, arguments=at_provider("provider_id")),
    **{
        name: Page(EVERYBODY, get, post, at_provider("organization_slug", saml=True))
        for name, get, post in [
            ("saml_acs", 302, 302),
            ("saml_finish_acs", 403, 405),
            ("saml_metadata", 200, 405),
        ]
    },
    "account_login": Page(EVERYBODY, exceptions=dict.fromkeys(SIGNED_IN, (302, 302)), post=422),
    "account_confirm_login_code": Page(EVERYBODY, get=302, post=302),
    "account_new_code": Page(EVERYBODY, get=302, post=302),
    "account_logout": Page(EVERYBODY, exceptions={"anonymous": (302, 302)}, post=302),
    "account_link": Page(
        EVERYBODY, get=410, post=410, arguments=lambda _place: {"token": "made-up"}
    ),
    # No sign-in waits for it.
    "mfa_authenticate": Page(EVERYBODY, get=302, post=302),
    "account_passkey": Page(EVERYBODY, get=302, post=302),
    "account_security": Page(SIGNED_IN),
    # They signed in by no way that the session knows of, and are asked to do so again.
    "account_confirmation": Page(SIGNED_IN, post=302),
    **{
        f"account_{name}": Page(WORK_HERE, get=302, post=302)
        for name in ("app", "app_removal", "new_passkey", "recovery")
    },
    "account_passkey_removal": Page(
        WORK_HERE, get=302, post=302, arguments=lambda _place: {"pk": 1}
    ),
    "account_device_ending": Page(SIGNED_IN, get=302, post=302, arguments=lambda _place: {"pk": 1}),
    "account_others_ending": Page(SIGNED_IN, post=302),
    "account_profile": Page(SIGNED_IN, post=422),
    "account_calendars": Page(
        SIGNED_IN, post=422, exceptions=dict.fromkeys(SIGNED_IN - GIVE_SUPPORT, (200, 404))
    ),
    "account_data": Page(SIGNED_IN),
    "account_data_file": Page(SIGNED_IN, get=302, post=200),
    "account_erasure": Page(SIGNED_IN, post=422),
    "account_erasure_withdrawal": Page(SIGNED_IN, get=302, post=302),
    "account_notes": Page(SIGNED_IN),
    "account_calendars_state": Page(SIGNED_IN),
    "account_feed_address": Page(SIGNED_IN, get=302, post=302),
    "account_feed_renewal": Page(SIGNED_IN, post=302),
    "account_feed_removal": Page(SIGNED_IN, post=302),
    **{
        f"account_calendar_{name}": Page(
            SIGNED_IN,
            get=get,
            post=404,
            arguments=lambda _place: {"public_id": uuid.UUID(int=0)},
            exceptions=dict.fromkeys(SIGNED_IN, (get, 404)),
        )
        for name, get in (("reading", 302), ("pause", 302), ("resumption", 302), ("removal", 404))
    },
    "account_feed": Page(EVERYBODY, get=404, arguments=lambda _place: {"token": "made-up"}),
    "account_demo_mail": Page(EVERYBODY),
    "account_demo_sign_in": Page(
        EVERYBODY, get=302, post=302, arguments=lambda _place: {"who": "student"}
    ),
}

# Addresses under /c/<community>/.
PAGES = {
    "student:front": Page(LEARNS, get=302),
    "student:learn": Page(LEARNS),
    "student:my_services": Page(LEARNS, post=302, exceptions={"locked_out": (302, 302)}),
    "student:begin": step(FORMAT, get=302),
    "student:services": step(FORMAT),
    "student:times": step(SERVICE),
    "student:providers": step(START),
    "student:places": step(PROVIDER),
    # Nothing is asked in this world, so the step leads on.
    # A single meeting has no weeks to choose, so the step leads on.
    "student:weeks": step(PLACE, get=302),
    "student:topic": step(PLACE, get=302, post=302, paused=(409, 409)),
    "student:review": step(PLACE),
    "student:waitlist": step(SERVICE, post=422, paused=(409, 409)),
    "student:waitlist_leaving": Page({"student"}, post=302, arguments=waits),
    # Nothing is offered in this world.
    "student:waitlist_letting_go": Page({"student"}, get=409, post=409, arguments=waits),
    "student:bookings": Page(LEARNS, get=302, post=422),
    "student:booking": Page({"student"}, arguments=booked),
    "student:cancellation": Page({"student"}, post=302, arguments=booked),
    "student:move": Page({"student"}, get=302, post=409, arguments=booked),
    # No other time is proposed in this world.
    "student:proposal": Page({"student"}, get=409, post=409, arguments=booked),
    "student:proposal_declining": Page({"student"}, get=409, post=409, arguments=booked),
    "student:calendar": Page({"student"}, arguments=booked),
    "student:series_bookings": Page(LEARNS, get=302, post=422),
    "student:series": Page({"student"}, arguments=weekly),
    "student:series_ending": Page({"student"}, post=302, arguments=weekly),
    "student:series_calendar": Page({"student"}, arguments=weekly),
    "teach:meetings": Page(TEACHES),
    "teach:later": Page(TEACHES),
    "teach:past": Page(TEACHES),
    "teach:meeting": Page(TEACHES, arguments=booked),
    "teach:move": Page(TEACHES, post=302, arguments=booked),
    "teach:proposal": Page(TEACHES, post=422, arguments=asked),
    "teach:withdrawal": Page(TEACHES, get=302, post=302, arguments=asked),
    "teach:group_cancellation": Page(TEACHES, post=422, arguments=booked),
    "teach:to_log": Page(TEACHES),
    # The meeting is to come: there is no log of it yet.
    "teach:log": Page(TEACHES, get=302, post=302, arguments=booked),
    "teach:attendance": Page(TEACHES, get=302, post=302, arguments=booked),
    "teach:acceptance": Page(TEACHES, get=302, post=302, arguments=asked),
    "teach:refusal": Page(TEACHES, post=302, arguments=asked),
    "teach:cancellation": Page(TEACHES, post=422, arguments=booked),
    "teach:series": Page(TEACHES, arguments=weekly),
    "teach:series_acceptance": Page(TEACHES, get=302, post=302, arguments=weekly),
    "teach:series_refusal": Page(TEACHES, post=302, arguments=weekly),
    "teach:series_ending": Page(TEACHES, post=422, arguments=weekly),
    "teach:hours": Page(TEACHES),
    "teach:hours_new_block": Page(TEACHES, post=422),
    "teach:hours_block": Page(TEACHES, post=422, arguments=pk("block")),
    # Two meetings lie in these hours: it is asked what becomes of them.
    "teach:hours_block_removal": Page(TEACHES, post=422, arguments=pk("block")),
    "teach:hours_new_change": Page(TEACHES, post=422),
    "teach:hours_change": Page(TEACHES, post=422, arguments=pk("change")),
    "teach:hours_change_removal": Page(TEACHES, post=302, arguments=pk("change")),
    "teach:hours_copies": Page(TEACHES, post=422),
    "teach:hours_clearing": Page(TEACHES, post=422),
    "teach:hours_restoration": Page(TEACHES, get=302, post=302),
    "teach:hours_sick_leave": Page(TEACHES, post=422),
    "teach:profile": Page(TEACHES, post=302),
    "teach:photo_removal": Page(TEACHES, get=302, post=302),
    "manage:overview": Page(WORKS_AT_DESK),
    "manage:short_addresses": Page(MANAGES, post=302),
    "manage:short_address_sheet": Page(MANAGES),
    "manage:qr_code": Page(
        MANAGES,
        arguments=lambda place: {"pk": an_address(place).pk, "kind": "svg"},
    ),
    "manage:short_address_revocation": Page(
        MANAGES, post=302, arguments=lambda place: {"pk": an_address(place).pk}
    ),
    "manage:guide": Page(MANAGES, get=302),
    "manage:guide_kind": Page(MANAGES, post=422),
    "manage:guide_wording": Page(MANAGES, post=422),
    "manage:guide_people": Page(MANAGES, post=422),
    "manage:guide_courses": Page(MANAGES, get=302, post=422),
    "manage:guide_hours": Page(MANAGES, post=422),
    "manage:guide_places": Page(MANAGES, get=302, post=422),
    "manage:guide_formats": Page(MANAGES),
    "manage:guide_preview": Page(MANAGES),
    "manage:guide_opening": Page(MANAGES, post=302),
    "manage:calendar": Page(WORKS_AT_DESK),
    "manage:why_not": Page(WORKS_AT_DESK),
    "manage:appointments": Page(WORKS_AT_DESK),
    "manage:appointments_export": Page(MANAGES),
    "manage:new_appointment": Page(WORKS_AT_DESK),
    "manage:new_appointment_details": Page(WORKS_AT_DESK, post=422),
    "manage:appointment": Page(WORKS_AT_DESK, arguments=booked),
    "manage:appointment_change": Page(MANAGES, post=422, arguments=booked),
    "manage:appointment_times": Page(MANAGES, arguments=booked),
    "manage:appointment_handing_over": Page(MANAGES, post=422, arguments=booked),
    "manage:appointment_acceptance": Page(MANAGES, get=302, post=302, arguments=asked),
    "manage:appointment_refusal": Page(MANAGES, post=302, arguments=asked),
    "manage:appointment_cancellation": Page(MANAGES, post=302, arguments=booked),
    "manage:appointment_group_cancellation": Page(MANAGES, post=302, arguments=booked),
    "manage:services": Page(WORKS_AT_DESK),
    "manage:new_service": Page(MANAGES, post=422),
    "manage:service_change": Page(MANAGES, post=422, arguments=a_service),
    # Meetings are booked in it: it is asked what becomes of them.
    "manage:service_archiving": Page(MANAGES, post=422, arguments=a_service),
    "manage:service": Page(WORKS_AT_DESK, arguments=lambda place: {"pk": place.world.service.pk}),
    "manage:enrollment": Page(MANAGES),
    "manage:new_enrollment": Page(MANAGES, post=422),
    "manage:assignment": Page(MANAGES, post=422),
    # No row is ticked.
    "manage:enrollment_removal": Page(MANAGES, get=302, post=302),
    "manage:providers": Page(WORKS_AT_DESK),
    "manage:provider": Page(WORKS_AT_DESK, arguments=pk("provider")),
    "manage:hours": Page(MANAGES, arguments=of_provider()),
    "manage:hours_new_block": Page(MANAGES, post=422, arguments=of_provider()),
    "manage:hours_block": Page(
        MANAGES, post=422, arguments=of_provider(pk=lambda place: place.block.pk)
    ),
    "manage:hours_block_removal": Page(
        MANAGES, post=422, arguments=of_provider(pk=lambda place: place.block.pk)
    ),
    "manage:hours_new_change": Page(MANAGES, post=422, arguments=of_provider()),
    "manage:hours_change": Page(
        MANAGES, post=422, arguments=of_provider(pk=lambda place: place.change.pk)
    ),
    "manage:hours_change_removal": Page(
        MANAGES, post=302, arguments=of_provider(pk=lambda place: place.change.pk)
    ),
    "manage:hours_copies": Page(MANAGES, post=422, arguments=of_provider()),
    "manage:hours_clearing": Page(MANAGES, post=422, arguments=of_provider()),
    "manage:hours_restoration": Page(MANAGES, get=302, post=302, arguments=of_provider()),
    "manage:hours_sick_leave": Page(MANAGES, post=422, arguments=of_provider()),
    "manage:new_provider": Page(MANAGES, post=422),
    # Meetings are to come: it is asked what becomes of them.
    "manage:retirement": Page(MANAGES, post=422, arguments=pk("provider")),
    "manage:provider_name": Page(MANAGES, post=422, arguments=pk("provider")),
    "manage:entries": Page(MANAGES, post=422, arguments=pk("provider")),
    "manage:entry_removal": Page(MANAGES, post=422, arguments=an_entry),
    "manage:eligibility": Page(MANAGES),
    "manage:students": Page(WORKS_AT_DESK),
    "manage:new_student": Page(MANAGES, post=422),
    "manage:student": Page(MANAGES, post=422, arguments=a_student),
    "manage:student_name": Page(MANAGES, post=422, arguments=a_student),
    "manage:student_removal": Page(MANAGES, post=302, arguments=a_student),
    "manage:new_location": Page(MANAGES, post=422),
    "manage:location": Page(MANAGES, post=422, arguments=a_location),
    # Meetings are booked there: it is asked what becomes of them.
    "manage:location_archiving": Page(MANAGES, post=422, arguments=a_location),
    "manage:locations": Page(MANAGES),
    "manage:formats": Page(MANAGES),
    "manage:new_format": Page(MANAGES, post=422),
    "manage:format": Page(MANAGES, post=422, arguments=a_format),
    "manage:format_archiving": Page(MANAGES, post=302, arguments=a_format),
    "manage:format_position": Page(MANAGES, get=302, post=302, arguments=a_format),
    "manage:questions": Page(MANAGES, arguments=asks()),
    "manage:new_question": Page(MANAGES, post=422, arguments=asks()),
    "manage:question_preview": Page(MANAGES, get=302, post=200, arguments=asks()),
    "manage:question": Page(MANAGES, post=422, arguments=asks(question=True)),
    "manage:question_archiving": Page(MANAGES, get=302, post=302, arguments=asks(question=True)),
    "manage:question_position": Page(MANAGES, get=302, post=302, arguments=asks(question=True)),
    "manage:uploads": Page(MANAGES, post=422, arguments=lambda _place: {"kind": "courses"}),
    "manage:template": Page(MANAGES, arguments=lambda _place: {"kind": "courses"}),
    "manage:export": Page(MANAGES, arguments=lambda _place: {"kind": "courses"}),
    "manage:import": Page(MANAGES, arguments=run),
    "manage:import_progress": Page(MANAGES, arguments=run),
    "manage:import_file": Page(MANAGES, arguments=run),
    "manage:import_plan": Page(MANAGES, get=302, post=302, arguments=run),
    "manage:import_choices": Page(MANAGES, get=302, post=302, arguments=run),
    "manage:import_application": Page(MANAGES, get=302, post=302, arguments=run),
    "manage:import_disposal": Page(MANAGES, get=302, post=302, arguments=run),
    "manage:import_undoing": Page(MANAGES, get=302, post=302, arguments=run),
    "manage:settings": Page(MANAGES, post=422),
    "manage:download": Page(MANAGES),
    "manage:new_download": Page(MANAGES, post=302),
    "manage:download_progress": Page(MANAGES),
    "manage:download_file": Page(MANAGES, get=302, post=200, arguments=copied),
    "manage:download_removal": Page(MANAGES, post=302, arguments=copied),
    "manage:retention": Page(MANAGES, post=302),
    "manage:retention_due": Page(MANAGES),
    "manage:wording": Page(MANAGES, post=422),
    "manage:wording_preview": Page(MANAGES, get=302, post=200),
    "manage:word": Page(MANAGES, get=302, post=302, arguments=lambda _place: {"key": "support"}),
    "manage:messages": Page(MANAGES, post=302),
    "manage:undelivered": Page(MANAGES),
    "manage:retry_all": Page(MANAGES, get=302, post=302),
    "manage:retry": Page(MANAGES, get=302, post=302, arguments=pk("undelivered")),
    "manage:mail_text": Page(MANAGES, post=422, arguments=a_mail),
    "manage:mail_text_preview": Page(MANAGES, get=302, post=200, arguments=a_mail),
    "manage:mail_text_default": Page(MANAGES, get=302, post=302, arguments=a_mail),
    "manage:example_mail": Page(MANAGES, arguments=a_mail),
    "manage:links": Page(MANAGES, post=422),
    "manage:link_removal": Page(MANAGES, post=302, arguments=pk("link")),
    "manage:log": Page(MANAGES),
    "manage:log_switch": Page(MANAGES, get=302, post=302),
    "manage:new_log_question": Page(MANAGES, post=422),
    "manage:log_question_preview": Page(MANAGES, get=302, post=200),
    "manage:log_question": Page(MANAGES, post=422, arguments=pk("log_question")),
    "manage:log_question_archiving": Page(MANAGES, get=302, post=302, arguments=pk("log_question")),
    "manage:log_question_position": Page(MANAGES, get=302, post=302, arguments=pk("log_question")),
    "manage:logs": Page(MANAGES),
    "manage:written_log": Page(
        MANAGES, arguments=lambda place: {"public_id": place.log.booking.public_id}
    ),
    "manage:closures": Page(MANAGES, post=422),
    "manage:closure_removal": Page(MANAGES, post=302, arguments=pk("closure")),
    "manage:attendance_day": Page(WORKS_AT_DESK),
    "manage:attendance": Page(WORKS_AT_DESK, get=302, post=302, arguments=booked),
    "manage:absences": Page(MANAGES, post=422),
    "manage:new_pause": Page(MANAGES, post=422),
    "manage:excusing": Page(
        MANAGES, post=302, arguments=lambda place: {"public_id": place.absence.public_id}
    ),
    "manage:pause_end": Page(MANAGES, post=302, arguments=pk("pause")),
    "manage:waitlist": Page(MANAGES, post=422),
    "manage:waitlist_removal": Page(MANAGES, post=302, arguments=waits),
    "manage:terms": Page(MANAGES),
    "manage:new_term": Page(MANAGES, post=422),
    "manage:term": Page(MANAGES, post=422, arguments=pk("term")),
    "manage:term_removal": Page(MANAGES, post=302, arguments=pk("term")),
    "manage:roles": Page(MANAGES, post=422),
    "manage:role_removal": Page(MANAGES, post=302, arguments=pk("clerk")),
    "manage:all_hours": Page(MANAGES),
    "manage:names": Page(WORKS_AT_DESK, arguments=lambda _place: {"of": "providers"}),
    "manage:history": Page(MANAGES),
    "manage:history_export": Page(MANAGES),
    "manage:closures_export": Page(MANAGES),
    "manage:closure": Page(MANAGES, post=422, arguments=pk("closure")),
    "manage:eligibility_export": Page(MANAGES),
    "manage:formats_export": Page(MANAGES),
    "manage:roles_export": Page(MANAGES),
    "manage:waitlist_export": Page(MANAGES),
}
# Their arguments name a kind or a word, which every community has.
WITHOUT_OBJECTS = {
    "manage:names",
    "manage:uploads",
    "manage:template",
    "manage:export",
    "manage:word",
    "manage:mail_text",
    "manage:mail_text_preview",
    "manage:mail_text_default",
    "manage:example_mail",
}


def every_name() -> list[str]:
    return list(_names(get_resolver().url_patterns, ""))


def _names(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern.url_patterns, prefix + inner)
        elif isinstance(pattern, URLPattern):
            yield prefix + (pattern.name or f"without a name: {pattern.pattern}")


def test_every_address_has_one_entry_in_the_table():
    assert sorted(every_name()) == sorted([*SCHOOL, *PAGES])


def client_of(cast: Cast, role: str) -> Client:
    client = Client()
    if role != "anonymous":
        client.force_login(cast.people[role])
    return client


def ask(client: Client, method: str, url: str) -> Any:
    """The answer; whatever the request changed is taken back."""
    with transaction.atomic():
        answer = client.generic(method.upper(), url) if method == "get" else client.post(url)
        if answer.streaming:
            answer.getvalue()  # a file that is read to its end is closed
        transaction.set_rollback(True)
    return answer


def expected(page: Page, standing: str, method: str) -> set[int]:
    answers = page.exceptions.get(standing, (page.get, page.post))
    usual = answers[method == "post"]
    if standing in page.may:
        return {usual}
    refused = 302 if standing == "anonymous" else 404
    # A method that nobody may use can be refused to all before anybody is looked at.
    return {refused, 405} if usual == 405 else {refused}


# Asked for one after the other, all the files are more than one person may take in a minute.
@pytest.mark.usefixtures("without_limits")
@pytest.mark.parametrize("role", ROLES)
def test_each_page_answers_each_role_as_the_table_says(cast: Cast, role: str):
    wrong, client = [], client_of(cast, role)
    for place in (cast.own, cast.other):
        standing = cast.standing(role, place)
        for name, page in PAGES.items():
            url = reverse(name, args=None, kwargs=arguments(page, place))
            for method in ("get", "post"):
                answer = ask(client, method, url)
                want = expected(page, standing, method)
                if answer.status_code not in want:
                    wrong.append(f"{method} {url} as {standing}: {answer.status_code}, not {want}")
                if answer.status_code == 302 and standing == "anonymous":
                    assert answer.headers["Location"].startswith("/accounts/login/")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_no_community_answer_each_role_as_the_table_says(cast: Cast, role: str):
    wrong = []
    for name, page in SCHOOL.items():
        url = reverse(name, kwargs=page.arguments(cast.own))
        for method in ("get", "post"):
            answer = ask(client_of(cast, role), method, url)
            want = expected(page, role, method)
            if name == "stored_file":
                want = {404, 405}
            if answer.status_code not in want:
                wrong.append(f"{method} {url} as {role}: {answer.status_code}, not {want}")
    assert not wrong, "\n".join(wrong)


def arguments(page: Page, place: Place, *, of: Place | None = None) -> dict[str, Any]:
    return {"community": place.community.slug, **page.arguments(of or place)}


def test_no_address_that_is_merely_opened_answers_with_nothing(cast: Cast):
    led = {name: page for name, page in {**SCHOOL, **PAGES}.items() if page.get == 302}
    assert 405 not in {page.get for page in {**SCHOOL, **PAGES}.values()}
    for name, page in led.items():
        role = next(one for one in ("student", "provider", "school_admin") if one in page.may)
        wanted = page.arguments(cast.own) if name in SCHOOL else arguments(page, cast.own)
        answer = client_of(cast, role).get(reverse(name, kwargs=wanted), follow=True)
        assert answer.status_code == 200, name


@pytest.mark.parametrize("role", ["student", "provider", "school_admin"])
def test_things_of_another_community_are_not_there(cast: Cast, role: str):
    wrong, client = [], client_of(cast, role)
    named = {name: page for name, page in PAGES.items() if page.arguments(cast.own)}
    for name, page in named.items():
        if role not in page.may or name in WITHOUT_OBJECTS:
            continue
        url = reverse(name, kwargs=arguments(page, cast.own, of=cast.other))
        for method in ("get", "post"):
            answer = ask(client, method, url)
            if answer.status_code not in (404, 405):
                wrong.append(f"{method} {url} as {role}: {answer.status_code}, not 404")
    assert not wrong, "\n".join(wrong)


def test_what_is_forbidden_reads_like_what_is_not_there(cast: Cast):
    client = client_of(cast, "stranger")
    forbidden = client.get("/c/mentoring/manage/settings/")
    unknown = client.get("/c/nowhere-new/manage/settings/")
    nothing = client.get("/c/mentoring/manage/nothing-here/")
    assert {forbidden.status_code, unknown.status_code, nothing.status_code} == {404}
    assert read(forbidden) == read(unknown) == read(nothing)


def read(answer: Any) -> str:
    """The page without what differs at every request."""
    body = re.sub(r"[0-9A-Za-z]{64}", "TOKEN", answer.content.decode())
    return re.sub(r"(%2F|/)c(%2F|/)[^\"'&]*", "ADDRESS", body)
