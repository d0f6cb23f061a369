"""Where an administrator is led who has yet to show the second factor that the school asks for."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from visavis.people.factors import lacks_wanted_factor
from visavis.web.ui.doors import SignedInRequest
from visavis.web.ui.steps_of_sign_in import used_second_factor


def way_to_second_factor(request: SignedInRequest) -> HttpResponse | None:
    """To set one up, or to show the one that was set up since; None where nothing is asked."""
    lacks = lacks_wanted_factor(request.user)
    if lacks is None or (not lacks and used_second_factor(request)):
        return None
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    if lacks:
        url = reverse("account_security") + "?" + urlencode({"wanted": "yes", "next": back})
    else:
        url = reverse("account_confirmation") + "?" + urlencode({"next": back})
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
