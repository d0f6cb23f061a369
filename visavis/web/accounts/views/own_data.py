"""What is kept about oneself, and what one can do about it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.web.accounts.doors import own_page
from visavis.web.ui.doors import SignedInRequest


@own_page
@require_safe
def own_data(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/own_data.html")
