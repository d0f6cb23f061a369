"""A run goes from one state to the next once, whoever else wants it: the row decides."""

from typing import Any

from visavis.imports.enums import ImportState
from visavis.imports.models import Import


def claim(run: Import, *states: ImportState, **values: Any) -> bool:
    """Give the run these values if its row is in one of `states`; and whether it was.

    Compare and set: the object in hand may be old. Of two who want the same run, one gets it. Safe
    to be carried out again: where its transaction ends, the object is ahead of the row, and it is
    the row alone that is asked.
    """
    if not Import.objects.filter(pk=run.pk, state__in=states).update(**values):
        run.refresh_from_db()
        return False
    for name, value in values.items():
        setattr(run, name, value)
    return True
