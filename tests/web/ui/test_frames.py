"""The frames that pages extend, filled as a page would fill them."""

import re

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.factories.world import TESTER, make_user, make_world
from visavis.people.actions import add_provider
from visavis.people.enums import Role
from visavis.people.models import Membership
from visavis.web.ui.pieces import Choice, MenuItem, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_world().community


def draw(template, community, user=None, **values):
    request = RequestFactory().get(f"/c/{community.slug}/learn/")
    request.community, request.user = community, user or AnonymousUser()
    request._messages = CookieStorage(request)
    messages.success(request, "Saved.")
    return render_to_string(template, values, request)


def links_in(html, name):
    nav = re.search(rf'<nav[^>]*aria-label="{name}">(.*?)</nav>', html, re.DOTALL)
    return re.findall(r'href="([^"]+)"', nav.group(1)) if nav else []


@pytest.mark.parametrize(
    "name", ["base", "student", "narrow", "step", "manage", "confirm", "error"]
)
def test_a_frame_has_what_every_page_needs(community, name):
    step = Step("Place", "Where?", 3, 6, choices=[Choice("Time", "9:00", "/time/")])
    html = draw(
        f"ui/{name}.html",
        community,
        step=step,
        choices_title="Your meeting",
        menu=[MenuItem("Overview", "/o/", "home", active=True)],
        title="Retire Sam",
        verb="Retire Sam",
        back_url="/",
    )
    assert html.startswith("<!doctype html>")
    assert 'data-accent="teal"' in html
    assert '<a class="skip-link" href="#main">' in html
    assert 'aria-live="polite"' in html
    assert "Saved." in html
    assert not re.search(r"<(script|style)>| style=| on\w+=", html)


def test_a_student_sees_no_menu_of_faces(community):
    assert links_in(draw("ui/base.html", community, make_user("s@uni.test")), "Main") == []


def test_a_mentor_who_administers_may_change_between_all_three_faces(community):
    ann = make_user("ann@uni.test", "Ann")
    add_provider(ann, community, by=TESTER)
    Membership.objects.create(user=ann, community=community, role=Role.ADMIN)
    root = f"/c/{community.slug}"
    expected = [f"{root}/learn/", f"{root}/teach/", f"{root}/manage/"]
    assert links_in(draw("ui/base.html", community, ann), "Main") == expected
