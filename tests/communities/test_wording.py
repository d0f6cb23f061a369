"""Wording: nouns with article and plural, prompts over them, and what is refused."""

import os
import subprocess
import sys

import pytest

from visavis.communities.enums import Preset
from visavis.communities.errors import InvalidWording
from visavis.communities.wording import check_wording, make_wording, with_article


@pytest.mark.parametrize(
    ("preset", "key", "text"),
    [
        (Preset.PROVIDER_FIRST, "pick_service", "Select your Peer Mentor"),
        (Preset.PROVIDER_FIRST, "pick_provider", "Which Peer Mentor would you like?"),
        (Preset.PROVIDER_FIRST, "pick_place", "Where would you like to meet?"),
        (Preset.PROVIDER_FIRST, "edit_list", "Edit your Peer Mentors"),
        (Preset.COURSE_FIRST, "pick_service", "Select your Course"),
        (Preset.COURSE_FIRST, "pick_provider", "Which Tutor would you like?"),
        (Preset.COURSE_FIRST, "edit_list", "Edit your Courses"),
    ],
)
def test_presets_have_the_prompts_of_the_product(preset, key, text):
    assert getattr(make_wording(preset, {}), key) == text


def test_own_words_go_into_every_prompt():
    words = make_wording(
        Preset.COURSE_FIRST,
        {
            "provider": ["Advisor", "Advisors"],
            "pick_provider": "Choose {a_provider} of our {providers}",
        },
    )
    assert words.pick_provider == "Choose an Advisor of our Advisors"


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("Tutor", "a Tutor"),
        ("Advisor", "an Advisor"),
        ("Hour Coach", "an Hour Coach"),
        ("University Mentor", "a University Mentor"),
        ("MBA Coach", "an MBA Coach"),
        ("8-week Coach", "an 8-week Coach"),
        ("80-minute talk", "an 80-minute talk"),
        ("11th-hour Coach", "an 11th-hour Coach"),
        ("18,000-word Tutor", "an 18,000-word Tutor"),
        ("1-week Coach", "a 1-week Coach"),
        ("110-minute talk", "a 110-minute talk"),
        ("1800-word Tutor", "a 1800-word Tutor"),
    ],
)
def test_article_follows_the_sound(noun, expected):
    assert with_article(noun) == expected


@pytest.mark.parametrize(
    ("own", "part"),
    [
        ({"provder": "x|y"}, "There is no word “provder”"),
        ({"provider": "Mentor"}, "needs its singular and its plural"),
        ({"provider": "Mentor|"}, "is empty"),
        ({"provider": ["a" * 61, "b"]}, "at most 60 characters"),
        ({"provider": "Men{tor|Mentors"}, "no braces"),
        ({"pick_place": "Where, {name}?"}, "“pick_place” does not fit. “{name}” is no placeholder"),
        ({"pick_place": "Where {"}, "A brace has no partner"),
        ({"pick_place": "{provider.__class__}"}, "is no placeholder"),
        ({"pick_place": "{provider:d}"}, "Write only the name between the braces"),
        ({"pick_place": "{provider!r:>99999}"}, "Write only the name between the braces"),
        ({"pick_place": ""}, "between 1 and 200"),
        ({"pick_place": "x" * 201}, "between 1 and 200"),
    ],
)
def test_bad_words_are_refused_with_a_sentence(own, part):
    with pytest.raises(InvalidWording) as refused:
        check_wording(own)
    assert part in refused.value.message


def test_menu_items_of_the_same_name_are_noticed():
    assert make_wording(Preset.PROVIDER_FIRST, {}).clash() == "Peer Mentors"
    assert make_wording(Preset.COURSE_FIRST, {}).clash() == ""
    own = {"services_menu": "Peer Mentoring"}
    assert make_wording(Preset.PROVIDER_FIRST, own).clash() == ""


def test_words_without_article_do_not_load_the_library_of_articles():
    script = (
        "import sys, django; django.setup();"
        "from visavis.communities.wording import make_wording;"
        "words = make_wording('provider-first', {}); words.pick_provider, words.providers;"
        "sys.exit('inflect' in sys.modules)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)


def test_unknown_word_is_an_attribute_that_is_not_there():
    words = make_wording(Preset.COURSE_FIRST, {})
    assert not hasattr(words, "a_nobody")
    assert not hasattr(words, "nobody")
