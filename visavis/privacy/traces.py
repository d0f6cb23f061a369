"""Traces of a person in rows that are not about them: labels, lists, mails, jobs, sessions."""

import io
import zipfile
from collections.abc import Iterator

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from visavis.availability.models import HoursChange
from visavis.bookings.models import Booking, BookingEvent, Proposal
from visavis.catalogue.models import Service
from visavis.core.models import HistoryEntry
from visavis.core.storage import read_bytes
from visavis.imports.encodings import ENCODINGS
from visavis.imports.keeping import AT_WORK, forget_file
from visavis.imports.models import Import, ImportIssue, ImportRow
from visavis.notifications.enums import PENDING
from visavis.notifications.models import FailedTelling, Message
from visavis.people.models import AccountEvent, Device, PauseEvent, Provider, User
from visavis.privacy.about import OWN
from visavis.privacy.errors import CannotErase
from visavis.privacy.forgetting import scrub_history
from visavis.privacy.models import ErasureRequest, Inspection
from visavis.privacy.names import LABEL, Names, scrub

# What the system wrote down with a name in it.
WRITTEN: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (HistoryEntry, ("actor_label", "subject_label", "before", "after", "reason")),
    (Booking, ("cancelled_by", "cancel_reason")),
    (BookingEvent, ("actor_label", "data")),
    (Proposal, ("proposed_by_label", "message")),
    (PauseEvent, ("actor_label", "reason")),
    (AccountEvent, ("email", "detail", "actor_label")),
    (HoursChange, ("by_label", "words", "done")),
    (Import, ("by_label", "file_name", "refused_message")),
    (Message, ("subject", "address", "mail", "last_error")),
    (FailedTelling, ("error",)),
    (Inspection, ("reader_label",)),
    (ErasureRequest, ("decided_by_label", "answer")),
)
# Whatever these libraries keep of a person goes with them, tables of later versions too.
LIBRARIES = ("account", "socialaccount", "mfa", "usersessions")
OWN_KINDS = {str(model._meta.model_name) for model, _way in OWN}
# What somebody does to their own things alone, which may be gone by now.
ALWAYS_OWN = ("outsidecalendar", "calendarfeed")
# Of who gives support, hours too: notes of absences are nobody else's.
OWN_OF_PROVIDERS = (*ALWAYS_OWN, "weeklyblock", "datedchange")


def check_no_list_at_work() -> None:
    """Raises CannotErase while a list is read or applied: it may be bringing the person back."""
    if Import.objects.filter(state__in=AT_WORK).exists():
        raise CannotErase(
            _("A list is being read or applied just now. Try again in a minute."), code="busy"
        )


def forget_traces(person: User, names: Names) -> None:
    """Take the person's names out of what is not about them, and what is theirs elsewhere away."""
    _forget_lines_of_gone_rows(person, names)
    _rename_own_services(names)
    Message.objects.filter(
        booking__appointment__provider__user=person, state__in=[one.value for one in PENDING]
    ).delete()
    _forget_lists(names)
    for model, fields in WRITTEN:
        scrub(names, model, fields)
    _replace_labels(person)
    _forget_jobs(names)
    _forget_sessions(person)
    _forget_in_libraries(person)


def _forget_lines_of_gone_rows(person: User, names: Names) -> None:
    """History of rows that were the person's and are gone: only their label names them still."""
    named = names.rows_with(HistoryEntry, ("subject_label", "before", "after"))
    ids = list(named.filter(subject_type__in=OWN_KINDS).values_list("pk", flat=True))
    gives = Provider.objects.filter(user=person).exists()
    kinds = OWN_OF_PROVIDERS if gives else ALWAYS_OWN
    own = Q(actor_id=person.pk, subject_type__in=kinds)
    rows = HistoryEntry.objects.filter(Q(pk__in=ids) | own)
    rows.update(subject_label=LABEL, before={}, after={}, reason="")


def _replace_labels(person: User) -> None:
    """By number where there is one: also of somebody whose name others bear."""
    HistoryEntry.objects.filter(actor_id=person.pk).update(actor_label=LABEL)
    AccountEvent.objects.filter(actor_id=person.pk).update(actor_label=LABEL)
    HoursChange.objects.filter(by_id=person.pk).update(by_label=LABEL)
    Import.objects.filter(by=person).update(by=None, by_label=LABEL)
    Inspection.objects.filter(reader=person).update(reader_label=LABEL)
    Proposal.objects.filter(proposed_by=person).update(proposed_by_label=LABEL)


def _rename_own_services(names: Names) -> None:
    """A topic that bears the name, as “Peer Mentoring with …”, gets another; its number tells."""
    for service in names.rows_with(Service, ("subject", "name", "description")):
        for column in ("subject", "name", "description"):
            told = names.replaced(getattr(service, column))
            if column == "subject" and told != service.subject:
                told = _short(told, service.pk)
            setattr(service, column, told)
        service.save()


def _short(subject: str, number: int) -> str:
    """Codes are unique in a community, and two people may have been erased."""
    most = Service._meta.get_field("subject").max_length or 0
    end = f" {number}"
    return subject[: most - len(end)] + end


def _forget_lists(names: Names) -> None:
    """Let every uploaded list go that names the person, with all its rows."""
    rows = names.rows_with(ImportRow, ("key", "label", "before", "after", "made", "undo_note"))
    issues = names.rows_with(ImportIssue, ("value", "message"))
    samples = names.rows_with(Import, ("sample",))
    found = {
        *rows.values_list("run_id", flat=True),
        *issues.values_list("run_id", flat=True),
        *samples.values_list("pk", flat=True),
    }
    kept = Import.objects.filter(forgotten_at=None)
    for run in kept.exclude(file="").exclude(pk__in=found).iterator(chunk_size=50):
        if _file_names_them(run, names):
            found.add(run.pk)
    for run in kept.filter(pk__in=found).select_for_update(no_key=True, of=("self",)):
        # Who named the file may have named the person in it.
        run.file_name = _("A list that is no longer kept")
        forget_file(run)
    scrub_history("import", found, label=_("A list that is no longer kept"))


def _file_names_them(run: Import, names: Names) -> bool:
    try:
        content = read_bytes(run.file.name or "").getvalue()
    except FileNotFoundError:
        return False
    return any(names.are_in(text) for text in _texts(content))


def _texts(content: bytes) -> Iterator[str]:
    """What the file says, however its letters are written; a workbook is unpacked."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in book.namelist():
                yield book.read(name).decode("utf-8", errors="ignore")
        return
    for encoding in dict(ENCODINGS):
        yield content.decode(encoding, errors="ignore")


def _forget_jobs(names: Names) -> None:
    """Mails and codes on their way to the person, and what is left of those that went."""
    rows = names.rows_with(DBTaskResult, ("args_kwargs", "return_value", "traceback"))
    rows.exclude(status=TaskResultStatus.RUNNING).delete()


def _forget_sessions(person: User) -> None:
    mine = str(person.pk)
    keys = [
        session.session_key
        for session in Session.objects.iterator(chunk_size=500)
        if session.get_decoded().get("_auth_user_id") == mine
    ]
    Session.objects.filter(session_key__in=keys).delete()
    Device.objects.filter(user=person).delete()
    AccountEvent.objects.filter(user=person).delete()


def _forget_in_libraries(person: User) -> None:
    for label in LIBRARIES:
        if not apps.is_installed(f"allauth.{label}"):
            continue
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_fields:
                if field.related_model is User:
                    model._default_manager.filter(**{field.name: person}).delete()
