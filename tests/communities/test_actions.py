"""Settings and words as an administrator changes them: all or nothing, and written down."""

import pytest

from tests.factories.world import TESTER, make_world
from visavis.communities import actions
from visavis.communities.actions import (
    OWN_COLUMNS,
    create_community,
    create_community_like,
    name_school,
    set_from_text,
)
from visavis.communities.errors import CommunityExists, InvalidSetting, InvalidWording
from visavis.communities.models import Community
from visavis.communities.queries import get_community, get_school
from visavis.communities.wording import wording_of
from visavis.core.errors import NotFound
from visavis.core.models import HistoryEntry

pytestmark = pytest.mark.django_db


def test_settings_are_set_from_texts():
    community = make_world().community
    pairs = {
        "lead_time_hours": "2",
        "weeks_ahead": "4",
        "allowed_minutes": "30,0,15",
        "student_open_bookings_limit": "3",
        "edit_services": "no",
        "provider": "Coach|Coaches",
    }
    after = set_from_text(community, pairs, by=TESTER)
    assert (after.lead_time_minutes, after.weeks_ahead, after.allowed_minutes) == (
        120,
        4,
        [0, 15, 30],
    )
    assert (after.student_open_bookings_limit, after.edit_services) == (3, False)
    assert wording_of(after).providers == "Coaches"


def test_change_raises_the_version_and_is_written_down():
    community = make_world().community
    version = Community.objects.get().version
    set_from_text(community, {"weeks_ahead": "4"}, by=TESTER)
    assert Community.objects.get().version == version + 1
    entry = HistoryEntry.objects.get(verb="changed settings")
    assert (entry.before, entry.after) == ({"weeks_ahead": 12}, {"weeks_ahead": 4})


@pytest.mark.parametrize(
    ("pairs", "error", "part"),
    [
        ({"lead": "2"}, InvalidSetting, "There is no setting “lead”. There are: name, "),
        ({"weeks_ahead": "many"}, InvalidSetting, "weeks_ahead: “many” is no whole number"),
        ({"weeks_ahead": "99"}, InvalidSetting, "Too large: 52 is the most that fits."),
        ({"allowed_minutes": "0,31"}, InvalidSetting, "steps of five minutes"),
        ({"allowed_minutes": ""}, InvalidSetting, "This is missing."),
        ({"allowed_minutes": "0,75"}, InvalidSetting, "no minute of the hour"),
        ({"timezone": "Mars/Base"}, InvalidSetting, "is no time zone"),
        ({"visible": "maybe"}, InvalidSetting, "neither yes nor no"),
        ({"eligibility": "some"}, InvalidSetting, "none of everyone, list"),
        ({"buffer_after_minutes": "7"}, InvalidSetting, "steps of five minutes"),
        ({"pick_place": "{nobody}"}, InvalidWording, "is no placeholder"),
    ],
)
def test_bad_setting_is_refused_and_nothing_is_half_written(pairs, error, part):
    community = make_world().community
    with pytest.raises(error) as refused:
        set_from_text(community, {"accent": "plum", **pairs}, by=TESTER)
    assert part in refused.value.message
    assert Community.objects.get().accent == "teal"


def test_short_name_is_used_once():
    make_world("mentoring")
    with pytest.raises(CommunityExists):
        create_community(
            slug="mentoring", name="M", preset="course-first", timezone="UTC", by=TESTER
        )


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"preset": "other"}, "none of"),
        ({"slug": "two words"}, "slug"),
        ({"timezone": "x"}, "zone"),
    ],
)
def test_impossible_community_is_refused(changes, part):
    values = {"slug": "a", "name": "A", "preset": "course-first", "timezone": "UTC", **changes}
    with pytest.raises(InvalidSetting) as refused:
        create_community(**values, by=TESTER)
    assert part in refused.value.message
    assert not Community.objects.exists()


def test_unknown_community_names_those_there_are():
    make_world("mentoring")
    with pytest.raises(NotFound) as refused:
        get_community("mentors")
    assert refused.value.message == "There is no community “mentors”. There are: mentoring."


def test_school_keeps_its_domains_in_one_spelling():
    name_school("Uni", allowed_domains=["@Uni.Test", "uni.test "], by=TESTER)
    assert get_school().allowed_domains == ["uni.test"]


def test_of_two_who_take_a_name_at_once_the_second_is_told_so(monkeypatch):
    values = {"slug": "peers", "name": "Peers", "preset": "provider-first", "timezone": "UTC"}
    check = actions._refuse_invalid

    def check_slowly(row):
        check(row)
        Community.objects.bulk_create([Community(**values)])

    monkeypatch.setattr(actions, "_refuse_invalid", check_slowly)
    with pytest.raises(CommunityExists, match="a community “peers” already"):
        create_community(**values, by=TESTER)
    assert Community.objects.count() == 1


def test_community_like_another_has_every_setting_but_what_is_its_own():
    model = make_world().community
    pairs = {"weeks_ahead": "4", "allowed_minutes": "0,15", "provider": "Coach|Coaches"}
    model = set_from_text(model, pairs, by=TESTER)
    made = create_community_like(model, slug="new", name="New", timezone="UTC", by=TESTER)
    made.refresh_from_db()
    differing = {
        field.attname
        for field in Community._meta.concrete_fields
        if getattr(made, field.attname) != getattr(model, field.attname)
    }
    assert differing <= OWN_COLUMNS
    assert (made.weeks_ahead, made.visible, wording_of(made).providers) == (4, False, "Coaches")


def test_community_like_another_needs_a_short_name_of_its_own():
    model = make_world().community
    with pytest.raises(CommunityExists):
        create_community_like(model, slug=model.slug, name="New", timezone="UTC", by=TESTER)
