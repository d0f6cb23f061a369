"""One process that builds the school in which bookings race, and tells what there is to book."""

from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (needs the set-up above)

from bench import processes  # noqa: E402
from bench.school import build, make_people  # noqa: E402
from visavis.bookings.openings import ask  # noqa: E402


def main(wishes: dict[str, Any]) -> dict[str, Any]:
    """Providers with free hours, students, and the starts at which they can meet."""
    call_command("migrate", verbosity=0)
    school = build("race", wishes["providers"], each=0)
    starts = ask(school.question(days=28)).starts
    return {
        "community": school.community.pk,
        "service": school.service.pk,
        "format": school.format.pk,
        "location": school.location.pk,
        "providers": [provider.pk for provider in school.providers],
        "students": [user.pk for user in make_people("racer", wishes["students"])],
        "starts": [start.isoformat() for start in starts],
    }


if __name__ == "__main__":
    for message in processes.messages():
        processes.answer(main(message))
