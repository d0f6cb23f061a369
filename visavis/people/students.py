"""A community's list of students: put there, described and taken off by hand."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.communities.models import Community
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.seen import check_seen
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import find_or_make_user, give_role
from visavis.people.enums import Role, Source
from visavis.people.models import Membership

STUDENT_COLUMNS = ("student_id", "attributes")


def student_values(student: Membership) -> dict[str, Any]:
    """What can be changed of a student in this community, by column."""
    return {column: getattr(student, column) for column in STUDENT_COLUMNS}


@again_on_conflict
def add_student(
    community: Community,
    *,
    email: str,
    by: Actor,
    first_name: str = "",
    last_name: str = "",
    student_id: str = "",
    attributes: Mapping[str, str] | None = None,
) -> Membership:
    """List somebody as a student here, known or not; who is listed already gets these values.

    The names are for somebody who is not known yet. Raises InvalidPerson.
    """
    with transaction.atomic():
        user, _made = find_or_make_user(email, first_name=first_name, last_name=last_name, by=by)
        # Merged with what stands there under the lock: a file may be changing it meanwhile.
        student = _locked(give_role(user, community, Role.STUDENT, by=by))
        told = {**student.attributes, **(attributes or {})}
        values = {"student_id": student_id or student.student_id, "attributes": told}
        return change_student(student, values, by=by)


@again_on_conflict
def change_student(
    student: Membership, values: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> Membership:
    """Set columns of a student here (STUDENT_COLUMNS); it counts as entered by hand then.

    `seen`: the values that whoever changes it saw, by `core.seen`. Raises ChangedMeanwhile, and
    NotFound for one who is not listed any more.
    """
    with transaction.atomic():
        locked = _locked(student)
        before = student_values(locked)
        check_seen(seen, before)
        for column in STUDENT_COLUMNS:
            setattr(locked, column, values.get(column, before[column]))
        if (after := student_values(locked)) == before:
            return locked
        locked.source = Source.HAND
        locked.save(update_fields=[*STUDENT_COLUMNS, "source"])
        history.record(
            by,
            "changed student",
            locked,
            community_id=locked.community_id,
            before=before,
            after=after,
        )
    return locked


def _locked(student: Membership) -> Membership:
    """The student's row as it stands, locked. Raises NotFound."""
    rows = Membership.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.filter(pk=student.pk, role=Role.STUDENT).select_related("user")
    locked = rows.first()
    if locked is None:
        raise NotFound(_("This student is not listed any more."))
    return locked
