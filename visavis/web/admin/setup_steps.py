"""The way to a community in which students can book: what is there, and what comes next."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.web.admin.queries.overview import Counts


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A thing that a community needs: its name, how it stands in words, where it is done."""

    title: str
    state: str
    is_done: bool
    action: str
    url: str


def setup_steps(community: Community, counts: Counts) -> list[SetupStep]:
    """The steps in the order in which one does them."""
    words, slug = wording_of(community), community.slug

    def upload(kind: str) -> str:
        return reverse("manage:uploads", args=[slug, kind])

    return [
        SetupStep(
            _("What students can choose: %(services)s") % {"services": words.services_menu},
            _counted(counts.services, ngettext("%d is listed", "%d are listed", counts.services)),
            counts.services > 0,
            _("Upload courses and topics"),
            upload("courses"),
        ),
        SetupStep(
            _("The people: %(providers)s") % {"providers": words.providers},
            _counted(counts.providers, ngettext("%d person", "%d people", counts.providers)),
            counts.providers > 0,
            _("Upload people"),
            upload("providers"),
        ),
        SetupStep(
            _("Their hours"),
            _hours_state(counts),
            0 < counts.providers == counts.providers_with_hours,
            _("Upload hours"),
            upload("availability"),
        ),
        SetupStep(
            _("Places to meet"),
            _counted(counts.locations, ngettext("%d place", "%d places", counts.locations)),
            counts.locations > 0,
            _("Upload places"),
            upload("locations"),
        ),
        SetupStep(
            _("Who has what on their list"),
            _lists_state(community, counts),
            counts.enrollments > 0 or community.edit_services,
            _("Upload enrollment"),
            upload("enrollment"),
        ),
        SetupStep(
            _("Students can see it"),
            _("yes") if community.visible else _("not yet: it is switched off in the settings"),
            community.visible,
            _("Open the settings"),
            reverse("manage:settings", args=[slug]) + "#id_visible",
        ),
    ]


def _counted(count: int, words: str) -> str:
    return words % count if count else _("nothing yet")


def _lists_state(community: Community, counts: Counts) -> str:
    if not counts.enrollments and community.edit_services:
        return _("students choose for themselves")
    return _counted(counts.enrollments, ngettext("%d entry", "%d entries", counts.enrollments))


def _hours_state(counts: Counts) -> str:
    if not counts.providers_with_hours:
        return _("nobody has hours yet")
    if counts.providers_with_hours == counts.providers:
        return _("everybody has hours")
    return _("%(some)d of %(all)d have hours") % {
        "some": counts.providers_with_hours,
        "all": counts.providers,
    }
