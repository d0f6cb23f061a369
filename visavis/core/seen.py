"""What somebody saw before changing it: so that two who change the same thing hear of each other.

A form carries the values it was filled with as a text; the action compares them, under its lock,
with those that stand now.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from visavis.core.errors import VisavisError


class ChangedMeanwhile(VisavisError):
    """Somebody else was faster; `data["changed"]` names the values that differ by now."""

    code = "changed_meanwhile"
    status = 409


def write_seen(values: Mapping[str, Any]) -> str:
    """The values as a text that a form can carry."""
    return json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True)


def check_seen(seen: str | None, values: Mapping[str, Any]) -> None:
    """Raise ChangedMeanwhile unless `seen` is the text of these values.

    None compares nothing: whoever calls without having shown anything. A text that cannot be read
    counts as having seen none of them.
    """
    if seen is None or seen == write_seen(values):
        return
    now, before = json.loads(write_seen(values)), read_seen(seen)
    changed = [name for name in values if name not in before or before[name] != now[name]]
    raise ChangedMeanwhile(
        _("Somebody else has changed this since you opened it."), data={"changed": changed}
    )


def read_seen(seen: str) -> dict[str, Any]:
    """The values behind a text of `write_seen`; none where it cannot be read."""
    try:
        found = json.loads(seen)
    except (ValueError, RecursionError):  # the second: nested deeper than can be read
        return {}
    return found if isinstance(found, dict) else {}


def read_seen_of(seen: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """As `read_seen`; none either where the text has other names than `values`, or other kinds.

    A browser may send anything. Each of them may be null, as many columns may, or not be there.
    """
    found, known = read_seen(seen), json.loads(write_seen(values))
    is_known = all(name in known and _is_alike(found[name], known[name]) for name in found)
    return found if is_known else {}


def _is_alike(found: Any, known: Any) -> bool:
    return found is None or known is None or type(found) is type(known)
