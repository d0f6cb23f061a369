"""The set-up guide's steps: how each stands, read off the data, and where it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.setup.opening import Lack, Readiness, lacks_of, readiness
from visavis.web.admin.queries.overview import Counts, counts_of

# Step → what it sees to. The order of the guide.
SEES_TO: dict[str, tuple[Lack, ...]] = {
    "kind": (),
    "wording": (),
    "people": (Lack.SERVICES, Lack.PEOPLE, Lack.CERTIFIED, Lack.LISTS, Lack.STUDENTS),
    "hours": (Lack.PLACES, Lack.HOURS),
    "formats": (Lack.FORMATS,),
    "preview": (Lack.TIMES,),
    "opening": (),
}

# What is counted in words, each with the name of the page that lists it.
Parts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A thing that a community needs: its name, how it stands in words, where it is done.

    `lacks` are the sentences about what must be there before anything can be booked; `counted` are
    the parts of `state`, each with the address of what it counts (or none).
    """

    key: str
    title: str
    state: str
    is_done: bool
    action: str
    url: str
    lacks: tuple[str, ...] = ()
    counted: tuple[tuple[str, str], ...] = ()


def setup_steps(community: Community, *, now: datetime) -> list[SetupStep]:
    """The steps in the order in which one does them.

    Free times are looked for before it is opened alone: after that the calendar shows them.
    """
    is_open = community.is_opened and community.visible
    ready = Readiness(lacks_of(community)) if community.is_opened else readiness(community, now=now)
    counts = counts_of(community)
    words = _words(community, counts, ready)
    done = {
        "kind": True,
        "wording": not wording_of(community).clash(),
        "hours": 0 < counts.providers == counts.providers_with_hours,
        "preview": community.is_opened or ready.first is not None,
        "opening": is_open,
    }
    lacks = {
        key: tuple(ready.lacks[lack] for lack in SEES_TO[key] if lack in ready.lacks)
        for key in words
    }
    return [
        SetupStep(
            key=key,
            title=title,
            state=", ".join(text for text, _name in parts),
            is_done=done.get(key, True) and not lacks[key],
            action=action,
            url=guide_url(community, key),
            lacks=lacks[key],
            counted=tuple(
                (text, reverse(f"manage:{name}", args=[community.slug]) if name else "")
                for text, name in parts
            ),
        )
        for key, (title, parts, action) in words.items()
    ]


def next_step(steps: list[SetupStep]) -> SetupStep | None:
    """What to do next: what must be there first of all; other words are a matter of taste."""
    waiting = [step for step in steps if not step.is_done and step.key != "wording"]
    return next((step for step in waiting if step.lacks), next(iter(waiting), None))


def guide_url(community: Community, key: str) -> str:
    """The address of a step of the guide."""
    return reverse(f"manage:guide_{key}", args=[community.slug])


def _words(
    community: Community, counts: Counts, ready: Readiness
) -> dict[str, tuple[str, Parts, str]]:
    """Step → its name, how it stands, and what its link says."""
    words = wording_of(community)
    clash = words.clash()
    return {
        "kind": (
            _("What students pick first"),
            [(str(community.get_preset_display()), "")],
            _("See both ways"),
        ),
        "wording": (
            _("Your words"),
            [
                (
                    _("two entries of the menu are both called “%(name)s”") % {"name": clash}
                    if clash
                    else f"{words.providers} · {words.support}",
                    "wording",
                )
            ],
            _("Change the words"),
        ),
        "people": (
            _("People"),
            _people_state(counts),
            _("Add people"),
        ),
        "hours": (_("Places and hours"), _hours_state(counts), _("Add places and hours")),
        "formats": (
            _("Kinds of meetings"),
            [(ngettext("%d kind", "%d kinds", counts.formats) % counts.formats, "formats")],
            _("Look at them"),
        ),
        "preview": (
            _("A look as a student"),
            [
                (
                    _("something can be booked")
                    if not ready.lacks
                    else _("nothing can be booked yet"),
                    "",
                )
            ],
            _("Look at it"),
        ),
        "opening": (
            _("Open it"),
            [(_open_state(community), "")],
            _("Look at it") if community.visible else _("Open it to students"),
        ),
    }


def _people_state(counts: Counts) -> Parts:
    people = ngettext("%d person", "%d people", counts.providers) % counts.providers
    listed = ngettext("%d to pick", "%d to pick", counts.services) % counts.services
    return [(people, "providers"), (listed, "services")]


def _hours_state(counts: Counts) -> Parts:
    places = ngettext("%d place", "%d places", counts.locations) % counts.locations
    if not counts.providers_with_hours:
        return [(places, "locations"), (_("nobody has hours yet"), "all_hours")]
    if counts.providers_with_hours == counts.providers:
        return [(places, "locations"), (_("everybody has hours"), "all_hours")]
    told = _("%(some)d of %(all)d have hours")
    numbers = {"some": counts.providers_with_hours, "all": counts.providers}
    return [(places, "locations"), (told % numbers, "all_hours")]


def _open_state(community: Community) -> str:
    if community.visible:
        return _("students can see it")
    if community.is_opened:
        return _("hidden in the settings")
    return _("you and the other administrators alone see it")
