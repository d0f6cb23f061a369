"""Settings, words, links and closures: what is kept, and what is refused with a sentence."""

import re

import pytest

from tests.factories.cast import MONDAY
from visavis.availability.models import Closure
from visavis.communities.models import Community, CommunityLink
from visavis.communities.wording import NOUNS, PROMPTS, wording_of
from visavis.web.admin.forms.settings import SettingsForm
from visavis.web.admin.forms.wording import NOUN_LABELS, PROMPT_LABELS, WordingForm
from visavis.web.admin.student_pages import PAGES

ROOT = "/c/mentoring/manage"


def community():
    return Community.objects.get(slug="mentoring")


def typed_settings(**changes):
    form = SettingsForm(initial=SettingsForm.shown(community()))
    shown = {name: form[name].value() for name in form.fields}
    return {k: v for k, v in (shown | changes).items() if v is not False and v not in (None, "")}


def test_settings_that_are_saved_unchanged_stay_as_they_are(admin):
    before = Community.objects.values().get(slug="mentoring")
    assert admin.post(f"{ROOT}/settings/", typed_settings()).status_code == 302
    assert Community.objects.values().get(slug="mentoring") == before


def test_settings_are_saved_before_the_centre_is_opened(admin):
    Community.objects.filter(slug="mentoring").update(opened_at=None, visible=False)
    typed = typed_settings(lead_time_minutes="1.5")
    assert admin.post(f"{ROOT}/settings/", typed).status_code == 302
    kept = community()
    assert (kept.lead_time_minutes, kept.visible, kept.is_opened) == (90, False, False)


@pytest.mark.parametrize("typed", ["Kolkata", "asia/kolkata", "Asia/Kolkata"])
def test_the_zone_is_typed_as_a_city(admin, typed):
    assert 'list="zones"' in admin.get(f"{ROOT}/settings/").content.decode()
    assert admin.post(f"{ROOT}/settings/", typed_settings(timezone=typed)).status_code == 302
    assert community().timezone == "Asia/Kolkata"


def test_hours_are_typed_and_minutes_kept(admin):
    typed = typed_settings(
        lead_time_minutes="1.5", provider_weekly_cap_minutes="10", allowed_minutes=["15", "0"]
    )
    assert admin.post(f"{ROOT}/settings/", typed).status_code == 302
    kept = community()
    assert (kept.lead_time_minutes, kept.provider_weekly_cap_minutes, kept.allowed_minutes) == (
        90,
        600,
        [0, 15],
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "This is missing. Fill it in."),
        ({"timezone": "Atlantis"}, "“Atlantis” is no time zone that is known here."),
        ({"lead_time_minutes": "0.01"}, "Times run in steps of five minutes"),
        ({"lead_time_minutes": "0.0001"}, "Times run in steps of five minutes"),
        ({"lead_time_minutes": "-1"}, "Too small: 0 is the least that fits."),
        ({"lead_time_minutes": "NaN"}, "This is no number."),
        ({"weeks_ahead": "53"}, "Too large: 52 is the most that fits."),
        ({"allowed_minutes": []}, "Tick at least one minute"),
        ({"allowed_minutes": ["7"]}, "“7” is none of the choices"),
        ({"buffer_before_minutes": "7"}, "steps of five minutes"),
        ({"student_daily_limit_minutes": "25"}, "Too large: 24 is the most that fits."),
        ({"accent": "pink"}, "“pink” is none of the choices"),
    ],
)
def test_settings_that_do_not_fit_come_back_with_a_sentence(admin, typed, sentence):
    before = Community.objects.values().get(slug="mentoring")
    answer = admin.post(f"{ROOT}/settings/", typed_settings() | typed)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert Community.objects.values().get(slug="mentoring") == before


def typed_words(**changes):
    form = WordingForm(None, community=community())
    return {name: form[name].value() for name in form.fields} | changes


def frame_of(answer):
    """Where the frame of the page leads to."""
    [url] = re.findall(r'<iframe[^>]* src="([^"]+)"', answer.content.decode())
    return url


def test_preview_is_the_students_real_page_with_the_words_that_are_typed(admin, client, cast):
    typed = typed_words(provider="Coach", provider_plural="Coaches")
    url = frame_of(admin.post(f"{ROOT}/wording/preview/", typed | {"page": "services"}))
    framed = admin.get(url)
    assert "Select your Coach" in framed.content.decode()
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    # Where a link within the frame leads.
    learn = admin.get("/c/mentoring/learn/", headers={"Sec-Fetch-Dest": "iframe"})
    assert learn["X-Frame-Options"] == "SAMEORIGIN"
    # Nobody else reads them, and nobody's pages may be framed because of them.
    client.force_login(cast.people["student"])
    theirs = client.get(url)
    assert "Select your Peer Mentor" in theirs.content.decode()
    assert theirs["X-Frame-Options"] == "DENY"
    assert "Select your Peer Mentor" in admin.get(url.partition("?")[0]).content.decode()
    assert community().wording == {}


@pytest.mark.parametrize("page", list(PAGES))
def test_every_page_of_the_students_can_be_previewed(admin, place, page):
    typed = typed_words(learn="Find help", pick_place="Where, then?") | {"page": page}
    url = frame_of(admin.post(f"{ROOT}/wording/preview/", typed))
    framed = admin.get(url, follow=True, headers={"Sec-Fetch-Dest": "iframe"})
    assert framed.status_code == 200
    assert "Find help" in framed.content.decode()


def test_preview_without_anything_to_book_says_so(admin, place):
    place.community.formats.update(archived_at=MONDAY)
    answer = admin.post(f"{ROOT}/wording/", typed_words() | {"preview": "1", "page": "places"})
    assert "there is no such page to show yet" in answer.content.decode()


def test_words_that_are_tried_out_are_forgotten_when_the_page_is_opened_anew(admin):
    tried = frame_of(admin.post(f"{ROOT}/wording/preview/", typed_words(provider="Coach")))
    assert frame_of(admin.get(f"{ROOT}/wording/")) != tried
    framed = admin.get(tried)
    assert "Select your Peer Mentor" in framed.content.decode()


def test_preview_warns_of_two_entries_that_would_be_called_the_same(admin):
    typed = typed_words(services_menu="people", providers_menu="PEOPLE")
    part = admin.post(f"{ROOT}/wording/preview/", typed).content.decode()
    assert "Two entries of the menu would both be called “people”" in part


def test_second_of_two_who_change_the_words_is_told_and_loses_nothing(admin):
    opened = typed_words()
    admin.post(f"{ROOT}/wording/", opened | {"support": "Help"})
    late = admin.post(f"{ROOT}/wording/", opened | {"learn": "Begin"})
    body = late.content.decode()
    assert late.status_code == 422
    assert "Somebody else has changed this" in body
    assert "Changed: What is given here." in body
    assert 'value="Begin"' in body
    assert community().wording == {"support": "Help"}
    again = late.context["form"]
    sent = {name: again[name].value() for name in again.fields}
    assert admin.post(f"{ROOT}/wording/", sent).status_code == 302
    assert community().wording == {"support": "Help", "learn": "Begin"}


def test_second_of_two_who_change_the_settings_is_told_and_loses_nothing(admin):
    opened = typed_settings()
    admin.post(f"{ROOT}/settings/", opened | {"weeks_ahead": "5"})
    late = admin.post(f"{ROOT}/settings/", opened | {"contact": "Room 1"})
    assert late.status_code == 422
    assert "Changed: Weeks ahead that can be booked." in late.content.decode()
    assert (community().weeks_ahead, community().contact) == (5, "")
    again = late.context["form"]
    kept = {"weeks_ahead": again["weeks_ahead"].value(), "seen": again["seen"].value()}
    assert admin.post(f"{ROOT}/settings/", opened | kept | {"contact": "Room 1"}).status_code == 302
    assert (community().weeks_ahead, community().contact) == (5, "Room 1")


def test_word_that_both_changed_stands_with_both_values(admin):
    opened = typed_words()
    admin.post(f"{ROOT}/wording/", opened | {"provider": "Coach", "provider_plural": "Coaches"})
    late = admin.post(f"{ROOT}/wording/", opened | {"provider": "Guide"})
    form = late.context["form"]
    assert form.errors["provider"] == [
        "Changed by both of you. Stored by now: “Coach”. Yours: “Guide”."
    ]
    assert (form["provider"].value(), form["provider_plural"].value()) == ("Guide", "Coaches")


def test_every_setting_says_what_it_does():
    silent = {"seen"}
    fields = SettingsForm.base_fields.items()
    assert {name for name, field in fields if not field.help_text} == silent


def test_plurals_are_labelled_by_their_noun(admin):
    form = WordingForm(None, community=community())
    labels = [str(bound.label) for bound in form.visible_fields()]
    assert len(labels) == len(set(labels))
    assert "What a student picks first: more than one" in labels


def test_every_word_has_a_label():
    assert (set(NOUN_LABELS), set(PROMPT_LABELS)) == (set(NOUNS), set(PROMPTS))


def test_only_words_that_differ_from_the_preset_are_kept(admin):
    typed = typed_words(provider="Advisor", provider_plural="Advisors")
    assert admin.post(f"{ROOT}/wording/", typed).status_code == 302
    assert community().wording == {"provider": ["Advisor", "Advisors"]}
    assert wording_of(community()).pick_provider == "Which Advisor would you like?"


def test_a_preview_shows_the_sentences_and_keeps_nothing(admin):
    typed = typed_words(provider="Advisor")
    page = admin.post(f"{ROOT}/wording/", typed | {"preview": "1"})
    part = admin.post(f"{ROOT}/wording/preview/", typed)
    for answer in (page, part):
        assert "You meet an Advisor." in answer.content.decode()
    assert "<html" not in part.content.decode()
    assert community().wording == {}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"pick_service": "Select your {course}"},
            "The prompt “Asks what to book” does not fit. “{course}” is no placeholder here.",
        ),
        ({"pick_service": "Select your {"}, "A brace has no partner"),
        ({"provider": ""}, "Enter a word"),
        ({"provider": "{provider}"}, "no braces"),
        ({"review": "x" * 201}, "At most 200 characters"),
    ],
)
def test_words_that_do_not_fit_come_back_with_a_sentence(admin, typed, sentence):
    answer = admin.post(f"{ROOT}/wording/", typed_words(**typed))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert community().wording == {}


def test_one_word_is_set_and_reset(admin):
    admin.post(f"{ROOT}/wording/words/services_menu/", {"value": "{services}"})
    assert wording_of(community()).clash() == "Peer Mentors"
    assert "Call the first one “Peer Mentoring”" in admin.get(f"{ROOT}/wording/").content.decode()
    admin.post(f"{ROOT}/wording/words/services_menu/", {"value": "{support}"})
    assert wording_of(community()).services_menu == "Peer Mentoring"
    admin.post(f"{ROOT}/wording/words/services_menu/")
    assert community().wording == {}


def test_an_unknown_word_is_answered_with_those_there_are(admin):
    answer = admin.post(f"{ROOT}/wording/words/no_such_word/", {"value": "x"}, follow=True)
    assert "There is no word “no_such_word”" in answer.content.decode()


def test_links_are_added_and_removed(admin, place):
    typed = {"label": "Map", "url": "uni.test/map"}
    assert admin.post(f"{ROOT}/links/", typed).status_code == 302
    link = CommunityLink.objects.get(community=place.community, label="Map")
    assert link.url == "https://uni.test/map"
    assert admin.post(f"{ROOT}/links/{link.pk}/removal/").status_code == 302
    assert not CommunityLink.objects.filter(pk=link.pk).exists()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "no address", ""])
def test_a_link_that_is_no_web_address_is_refused(admin, place, url):
    answer = admin.post(f"{ROOT}/links/", {"label": "Map", "url": url})
    assert answer.status_code == 422
    assert len(answer.context["form"].errors["url"]) == 1
    assert [link.label for link in place.community.links.all()] == ["Handbook"]


def test_a_closure_of_one_day_is_all_day(admin, place):
    assert admin.post(f"{ROOT}/closures/", {"first": "2027-04-05"}).status_code == 302
    made = Closure.objects.order_by("pk").last()
    assert (str(made.first), str(made.last), made.start_minute, made.end_minute) == (
        "2027-04-05",
        "2027-04-05",
        0,
        1440,
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first": ""}, "Say on which day"),
        ({"first": "someday"}, "This is no date."),
        ({"first": "2020-04-05"}, "This day is over."),
        ({"first": "2020-04-05", "last": "2020-04-06"}, "This day is over."),
        ({"last": "2027-04-01"}, "The last day is before the first."),
        ({"start": "10:00", "end": "9:00"}, "The end is before the start."),
        ({"start": "10:02"}, "five minutes"),
        ({"start": "25:00"}, "25:00"),
        ({"first": "2027-03-05"}, "closed at just this time already"),
    ],
)
def test_a_closure_that_cannot_be_comes_back_with_a_sentence(admin, place, typed, sentence):
    answer = admin.post(f"{ROOT}/closures/", {"first": "2027-04-05"} | typed)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert place.community.closures.count() == 1


def test_a_closure_over_meetings_asks_what_becomes_of_each(admin, place):
    monday = {"first": "2027-02-15", "reason": "Snow."}
    answer = admin.post(f"{ROOT}/closures/", monday)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Close on Monday 15 February?" in words
    assert answer.context["asked"].form["message"].value() == "Snow."
    assert str(place.provider) in words
    assert place.community.closures.count() == 1
    shown = [field.name.removeprefix("of-") for _row, _when, field in answer.context["asked"].rows]
    sent = {"fate-shown": shown, "fate-every": "cancel", "fate-message": "Snow."}
    assert admin.post(f"{ROOT}/closures/", monday | sent).status_code == 302
    place.booking.refresh_from_db()
    assert (place.booking.state, place.booking.cancel_reason) == ("cancelled", "Snow.")
    assert place.community.closures.count() == 2


def test_second_who_removes_a_closure_hears_that_it_is_gone(admin, place):
    admin.post(f"{ROOT}/closures/", {"first": "2027-04-05"})
    gone = Closure.objects.get(community=place.community, first="2027-04-05").pk
    admin.post(f"{ROOT}/closures/{gone}/removal/")
    answer = admin.post(f"{ROOT}/closures/{gone}/removal/", follow=True)
    assert answer.redirect_chain == [(f"{ROOT}/closures/", 302)]
    assert "This closure is removed already." in answer.content.decode()
    assert admin.get(f"{ROOT}/closures/{gone + 99}/removal/").status_code == 404
