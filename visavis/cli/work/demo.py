"""Carries out `visavis demo`."""

from typing import Any

from visavis.cli.output import say
from visavis.cli.running import print_json
from visavis.communities.models import Community
from visavis.core import clock
from visavis.demo.actions import find_demo, make_demo, remove_demo
from visavis.demo.people import ADMIN, MENTOR, STUDENT


def demo(*, remove: bool, if_empty: bool, as_json: bool) -> None:
    if remove:
        _remove(as_json=as_json)
    elif if_empty and Community.objects.exists():
        _tell(
            {"made": False}, "There are communities already; the demo school was not made.", as_json
        )
    else:
        _make(as_json=as_json)


def _make(*, as_json: bool) -> None:
    made = make_demo(now=clock.now())
    slugs = [community.slug for community in find_demo()]
    people = {"student": STUDENT, "mentor": MENTOR, "admin": ADMIN}
    line = "Made the demo school" if made else "The demo school is there already"
    text = f"{line}: {', '.join(slugs)}.\nSign in as {STUDENT}, {MENTOR} or {ADMIN}."
    _tell({"made": made, "communities": slugs, "people": people}, text, as_json)


def _remove(*, as_json: bool) -> None:
    gone = [community.slug for community in find_demo()]
    stayed = [person.email for person in remove_demo()]
    text = f"Removed the demo school: {', '.join(gone)}." if gone else "There is no demo school."
    if stayed:
        text += f"\nStill needed by communities of your own, and kept: {', '.join(stayed)}."
    _tell({"removed": gone, "kept_people": stayed}, text, as_json)


def _tell(data: dict[str, Any], text: str, as_json: bool) -> None:  # noqa: FBT001  (two faces of one answer)
    if as_json:
        print_json(data)
        return
    for line in text.splitlines():
        say(line)
