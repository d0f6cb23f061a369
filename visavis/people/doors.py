"""The ways in: each returns what was asked for, or says NotFound, unknown and forbidden alike."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.prepared import Blank, prepared
from visavis.people.models import User
from visavis.people.rules import Standing


def require_standing(
    user: User | AnonymousUser, slug: str, *, may: Callable[[Standing], bool]
) -> Standing:
    """The person's standing in the community, if the rule `may` admits it. Raises NotFound."""
    asked = prepared("community by slug", lambda: Community.objects.filter(slug=Blank("slug")))
    community = asked.first(slug=slug)
    if community is not None:
        standing = Standing(user, community)
        if may(standing):
            return standing
    raise NotFound(_("There is no such page, or not for you. Check the address, or sign in."))
