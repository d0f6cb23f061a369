"""A process that asks the linter once, on the database of its environment."""

import django

django.setup()

from django.db import connection  # noqa: E402  (needs the set-up above)

from bench import processes  # noqa: E402
from tests.migrating.accepted import accepted  # noqa: E402
from tests.migrating.linting import of_ours, problems  # noqa: E402


def main() -> None:
    # One question needs no pool, whose threads would keep the database open.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    for _message in processes.messages():
        processes.answer(problems(of_ours(), accepted()))
        connection.close()


if __name__ == "__main__":
    main()
