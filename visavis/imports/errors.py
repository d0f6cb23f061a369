"""Why an import is not applied or not undone.

VisavisError
└── ImportRefused
    ├── UnreadableFile     the file cannot be read; nothing was planned
    ├── HasErrors          rows with errors, and nobody said to skip them
    ├── NeedsConfirmation  an empty file, or one that removes more than half
    ├── OwnerRefused       whom a topic was to belong to
    │   ├── UnknownOwner       the address of nobody who gives support here
    │   ├── UncertifiedOwner   their Courses, after the file, do not cover the topic
    │   └── OwnAndForEverybody a topic is one or the other
    ├── NobodyMeant        a group of students without anybody
    ├── PlanIsStale        the data changed since the plan was made: plan anew
    ├── TypedRefused       rows that were typed into a page cannot be taken in
    └── WrongState         discarded, applied or undone already, or still being read
"""

from visavis.core.errors import VisavisError


class ImportRefused(VisavisError):
    code = "import_refused"


class UnreadableFile(ImportRefused):
    code = "unreadable"


class HasErrors(ImportRefused):
    code = "has_errors"


class NeedsConfirmation(ImportRefused):
    code = "needs_confirmation"


class OwnerRefused(ImportRefused):
    code = "owner_refused"


class UnknownOwner(OwnerRefused):
    code = "unknown_provider"


class UncertifiedOwner(OwnerRefused):
    code = "uncertified_owner"


class OwnAndForEverybody(OwnerRefused):
    code = "own_and_for_everybody"


class PlanIsStale(ImportRefused):
    code = "plan_is_stale"


class WrongState(ImportRefused):
    code = "wrong_state"


class TypedRefused(ImportRefused):
    """Rows that were typed cannot be taken in: `data["errors"]` has (row or None, column, why)."""

    code = "typed_rows_refused"


class NobodyMeant(ImportRefused):
    """A group of students without anybody."""

    code = "nobody_meant"
