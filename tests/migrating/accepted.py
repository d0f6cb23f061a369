"""What the linter says of migrations that are here, and is accepted, with the reason.

A migration that is not named here must pass. docs/migrations.md says how such a one is written.
"""

from collections.abc import Iterator

Name = tuple[str, str]
NEVER_SERVED = (
    "Written before the first release: no installation serves an older version beside this one."
)
WIDER = "The column only becomes wider: older code goes on, and PostgreSQL writes no row anew."
OWN_NAMES = "It names the two arguments its own way, and reads them right."

_NEVER_SERVED: dict[Name, set[str]] = {
    ("availability", "0002_datedchange_service_entries_and_more"): {"NOT_NULL"},
    ("bookings", "0003_answerdraft_draft_once_per_format"): {"ADD_UNIQUE"},
    ("bookings", "0004_event_batch"): {"NOT_NULL"},
    ("bookings", "0005_late_and_excused"): {"NOT_NULL"},
    ("bookings", "0007_waitlist"): {"CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"},
    ("bookings", "0009_waitlist_batch"): {"NOT_NULL"},
    ("bookings", "0010_series_skipped"): {"NOT_NULL"},
    ("bookings", "0012_held_seats"): {
        "DROP_COLUMN",
        "NOT_NULL",
        "ADD_UNIQUE",
        "CREATE_INDEX",
        "CREATE_INDEX_EXCLUSIVE",
    },
    ("bookings", "0013_proposals"): {"CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"},
    ("bookings", "0016_taken_until"): {"CREATE_INDEX", "DROP_INDEX"},
    ("catalogue", "0002_weekly_formats"): {"NOT_NULL"},
    ("catalogue", "0004_short_addresses"): {"CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"},
    ("communities", "0002_mail"): {"NOT_NULL"},
    ("communities", "0003_cancelling_and_absences"): {"NOT_NULL"},
    ("communities", "0004_groups_and_waitlist"): {"NOT_NULL"},
    ("communities", "0005_late_moves"): {"NOT_NULL"},
    ("communities", "0006_asks_log"): {"NOT_NULL"},
    ("communities", "0007_providers_edit_hours"): {"NOT_NULL"},
    ("communities", "0009_accounts"): {"NOT_NULL"},
    ("communities", "0010_email_codes"): {"NOT_NULL"},
    ("copies", "0002_attempts"): {"ADD_UNIQUE"},
    ("imports", "0002_importrow_made_alter_importrow_action"): {"NOT_NULL"},
    ("imports", "0003_import_sample"): {"NOT_NULL"},
    ("imports", "0004_import_source"): {"NOT_NULL"},
    ("people", "0003_pauses"): {"DROP_COLUMN"},
}
_OTHERS: dict[Name, tuple[set[str], str]] = {
    ("communities", "0008_opening"): ({"RUNPYTHON_ARGS_NAMING_CONVENTION"}, OWN_NAMES),
    ("notifications", "0003_offers"): ({"ALTER_COLUMN"}, WIDER),
    ("notifications", "0005_more_kinds"): ({"ALTER_COLUMN"}, WIDER),
    ("people", "0002_alter_user_first_name_alter_user_last_name"): ({"ALTER_COLUMN"}, WIDER),
}


def accepted() -> Iterator[tuple[Name, set[str], str]]:
    """Each migration with what is accepted of it, by the linter's codes, and why."""
    for name, codes in _NEVER_SERVED.items():
        yield name, codes, NEVER_SERVED
    for name, (codes, why) in _OTHERS.items():
        yield name, codes, why
