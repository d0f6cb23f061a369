"""Carries out `visavis school`."""

from django.db import transaction

from visavis.cli.output import say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, read_pairs, written
from visavis.communities.actions import change_school
from visavis.communities.queries import get_school
from visavis.communities.school import parse_school_settings, shown_school
from visavis.identities.actions import switch_codes


def show(*, as_json: bool) -> None:
    shown = shown_school(get_school())
    if as_json:
        print_json(shown)
        return
    rows = [(key, written(value)) for key, value in shown.items()]
    show_table(["key", "value"], rows, empty="")


def change(*, pairs: tuple[str, ...], as_json: bool) -> None:
    wanted = read_pairs(pairs, example='name="Northfield University"')
    columns = parse_school_settings(wanted)
    with transaction.atomic():
        if "email_codes" in columns:
            switch_codes(is_on=columns.pop("email_codes"), by=COMMAND_LINE)
        if columns:
            change_school(columns, by=COMMAND_LINE)
        shown = shown_school(get_school())
    if as_json:
        print_json(shown)
        return
    for key in wanted:
        say(f"{key} = {written(shown[key])}")
