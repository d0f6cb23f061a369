"""Portraits: the same name, the same face; another name, another face."""

from visavis.demo.portraits import LOOKS, draw_portrait, mix


def test_portrait_is_the_same_each_time():
    assert draw_portrait("Talia") == draw_portrait("Talia")


def test_everybody_looks_different():
    assert len({draw_portrait(name) for name in LOOKS}) == len(LOOKS) == 12


def test_unknown_name_gets_a_plain_face():
    assert draw_portrait("Nobody")[:2] == b"\xff\xd8"


def test_mixing_goes_from_one_colour_to_the_other():
    assert [mix("#000000", "#ffffff", share) for share in (0, 0.5, 1)] == [
        *("#000000", "#808080", "#ffffff")
    ]
