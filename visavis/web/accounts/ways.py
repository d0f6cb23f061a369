"""Where to go after signing in, and after the profile."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from visavis.bookings.queries import communities_open_to
from visavis.people.models import User
from visavis.people.signin import Entry
from visavis.web.accounts.adapter import is_own_path


def find_next(request: HttpRequest) -> str:
    """The own page that the person was on the way to, or an empty string."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # Back to the sign-in pages would be a circle.
    is_circle = wanted.startswith(reverse("account_login"))
    return wanted if is_own_path(wanted) and not is_circle else ""


def with_next(name: str, next_path: str, **query: str) -> str:
    """The address of page `name`, which then leads on to `next_path`."""
    query |= {"next": next_path} if next_path else {}
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


def way_on(request: HttpRequest, user: User) -> str:
    """The page after the profile: where the person was going, else to the one place they have."""
    next_path = find_next(request)
    # The profile's own address is where a person was going who had to sign in for it.
    if next_path and not next_path.startswith(reverse("account_profile")):
        return next_path
    own = communities_open_to(user).own
    return reverse("student:learn", args=[own[0].slug]) if len(own) == 1 else "/"


def way_in(entry: Entry, next_path: str) -> str:
    """The page after signing in: the first time the profile, to see whether the name is right."""
    if entry.is_first or not entry.user.first_name:
        return with_next("account_profile", next_path, first="yes")
    return next_path or "/"
