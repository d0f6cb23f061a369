"""Addresses of the administrator's pages."""

from django.urls import include, path

from visavis.web.admin.doors import hours_of_provider
from visavis.web.admin.views.absences import absences, excusing
from visavis.web.admin.views.appointment_changes import (
    appointment_acceptance,
    appointment_change,
    appointment_times,
)
from visavis.web.admin.views.appointment_endings import (
    appointment_cancellation,
    appointment_group_cancellation,
    appointment_refusal,
)
from visavis.web.admin.views.appointments import (
    appointment,
    appointments,
    appointments_export,
)
from visavis.web.admin.views.attendance import attendance, attendance_day
from visavis.web.admin.views.calendar import calendar
from visavis.web.admin.views.closures import closure, closure_removal, closures
from visavis.web.admin.views.copies import (
    download,
    download_file,
    download_progress,
    download_removal,
    new_download,
)
from visavis.web.admin.views.downloads import export, import_file, template
from visavis.web.admin.views.enrollment import assignment, enrollment_removal, new_enrollment
from visavis.web.admin.views.formats import (
    format_,
    format_archiving,
    format_position,
    formats,
    new_format,
)
from visavis.web.admin.views.handing_over import appointment_handing_over
from visavis.web.admin.views.history import history, history_export
from visavis.web.admin.views.hours import all_hours
from visavis.web.admin.views.import_steps import (
    application,
    choices,
    disposal,
    plan,
    undoing,
)
from visavis.web.admin.views.imports import import_run, progress, uploads
from visavis.web.admin.views.links import link_removal, links
from visavis.web.admin.views.list_files import (
    closures_export,
    eligibility_export,
    formats_export,
    roles_export,
    waitlist_export,
)
from visavis.web.admin.views.location_edits import (
    location,
    location_archiving,
    new_location,
)
from visavis.web.admin.views.locations import locations
from visavis.web.admin.views.log import (
    log,
    log_question,
    log_question_archiving,
    log_question_position,
    log_question_preview,
    log_switch,
    logs,
    new_log_question,
    written_log,
)
from visavis.web.admin.views.messages import (
    example_mail,
    mail_text,
    mail_text_default,
    mail_text_preview,
    messages,
)
from visavis.web.admin.views.names import names
from visavis.web.admin.views.new_appointments import new_appointment, new_appointment_details
from visavis.web.admin.views.overview import overview
from visavis.web.admin.views.pauses import new_pause, pause_end
from visavis.web.admin.views.person_names import provider_name, student_name
from visavis.web.admin.views.provider_edits import (
    entries,
    entry_removal,
    new_provider,
    retirement,
)
from visavis.web.admin.views.providers import eligibility, provider, providers
from visavis.web.admin.views.questions import (
    new_question,
    question,
    question_archiving,
    question_position,
    question_preview,
    questions,
)
from visavis.web.admin.views.retention import retention, retention_due
from visavis.web.admin.views.roles import role_removal, roles
from visavis.web.admin.views.service_edits import (
    new_service,
    service_archiving,
    service_change,
)
from visavis.web.admin.views.services import enrollment, service, services
from visavis.web.admin.views.settings import settings
from visavis.web.admin.views.student_edits import new_student, student, student_removal
from visavis.web.admin.views.students import students
from visavis.web.admin.views.terms import new_term, term, term_removal, terms
from visavis.web.admin.views.undelivered import retry, retry_all, undelivered
from visavis.web.admin.views.waitlist import waitlist, waitlist_removal
from visavis.web.admin.views.why_not import why_not
from visavis.web.admin.views.wording import word, wording, wording_preview
from visavis.web.hours.urls import hours_urls

app_name = "manage"
TEXT = "messages/<slug:kind>/<slug:audience>/"
ASKED = "formats/<int:format_id>/questions/"
BOOKED = "appointments/<uuid:public_id>/"
RUN = "imports/runs/<uuid:public_id>/"

urlpatterns = [
    path("", overview, name="overview"),
    path("addresses/", include("visavis.web.admin.address_urls")),
    path("setup/", include("visavis.web.admin.guide_urls")),
    path("appointments/", appointments, name="appointments"),
    path("appointments/new/", new_appointment, name="new_appointment"),
    path("appointments/new/details/", new_appointment_details, name="new_appointment_details"),
    path("calendar/", calendar, name="calendar"),
    path("why-not/", why_not, name="why_not"),
    path("appointments/export.csv", appointments_export, name="appointments_export"),
    path(BOOKED, appointment, name="appointment"),
    path(f"{BOOKED}change/", appointment_change, name="appointment_change"),
    path(f"{BOOKED}times/", appointment_times, name="appointment_times"),
    path(f"{BOOKED}handing-over/", appointment_handing_over, name="appointment_handing_over"),
    path(f"{BOOKED}acceptance/", appointment_acceptance, name="appointment_acceptance"),
    path(f"{BOOKED}refusal/", appointment_refusal, name="appointment_refusal"),
    path(f"{BOOKED}cancellation/", appointment_cancellation, name="appointment_cancellation"),
    path(
        f"{BOOKED}group-cancellation/",
        appointment_group_cancellation,
        name="appointment_group_cancellation",
    ),
    path("services/", services, name="services"),
    path("services/new/", new_service, name="new_service"),
    path("services/<int:pk>/", service, name="service"),
    path("services/<int:pk>/change/", service_change, name="service_change"),
    path("services/<int:pk>/archiving/", service_archiving, name="service_archiving"),
    path("enrollment/", enrollment, name="enrollment"),
    path("enrollment/new/", new_enrollment, name="new_enrollment"),
    path("enrollment/assignment/", assignment, name="assignment"),
    path("enrollment/removal/", enrollment_removal, name="enrollment_removal"),
    path("providers/", providers, name="providers"),
    path("providers/new/", new_provider, name="new_provider"),
    path("providers/<int:pk>/", provider, name="provider"),
    path("providers/<int:pk>/name/", provider_name, name="provider_name"),
    path("providers/<int:pk>/retirement/", retirement, name="retirement"),
    path("providers/<int:pk>/entries/", entries, name="entries"),
    path("providers/<int:pk>/entries/<int:entry>/removal/", entry_removal, name="entry_removal"),
    path("providers/<int:provider>/hours/", include(hours_urls(hours_of_provider))),
    path("eligibility/", eligibility, name="eligibility"),
    path("eligibility/export.csv", eligibility_export, name="eligibility_export"),
    path("students/", students, name="students"),
    path("students/new/", new_student, name="new_student"),
    path("students/<int:pk>/", student, name="student"),
    path("students/<int:pk>/name/", student_name, name="student_name"),
    path("students/<int:pk>/removal/", student_removal, name="student_removal"),
    path("locations/", locations, name="locations"),
    path("locations/new/", new_location, name="new_location"),
    path("locations/<int:pk>/", location, name="location"),
    path("locations/<int:pk>/archiving/", location_archiving, name="location_archiving"),
    path("formats/", formats, name="formats"),
    path("formats/export.csv", formats_export, name="formats_export"),
    path("formats/new/", new_format, name="new_format"),
    path("formats/<int:pk>/", format_, name="format"),
    path("formats/<int:pk>/archiving/", format_archiving, name="format_archiving"),
    path("formats/<int:pk>/position/", format_position, name="format_position"),
    path(ASKED, questions, name="questions"),
    path(f"{ASKED}new/", new_question, name="new_question"),
    path(f"{ASKED}preview/", question_preview, name="question_preview"),
    path(f"{ASKED}<int:pk>/", question, name="question"),
    path(f"{ASKED}<int:pk>/archiving/", question_archiving, name="question_archiving"),
    path(f"{ASKED}<int:pk>/position/", question_position, name="question_position"),
    path("imports/<slug:kind>/", uploads, name="uploads"),
    path("imports/<slug:kind>/template.csv", template, name="template"),
    path("imports/<slug:kind>/export.csv", export, name="export"),
    path(RUN, import_run, name="import"),
    path(f"{RUN}progress/", progress, name="import_progress"),
    path(f"{RUN}file/", import_file, name="import_file"),
    path(f"{RUN}plan/", plan, name="import_plan"),
    path(f"{RUN}choices/", choices, name="import_choices"),
    path(f"{RUN}application/", application, name="import_application"),
    path(f"{RUN}disposal/", disposal, name="import_disposal"),
    path(f"{RUN}undoing/", undoing, name="import_undoing"),
    path("settings/", settings, name="settings"),
    path("download/", download, name="download"),
    path("download/new/", new_download, name="new_download"),
    path("download/progress/", download_progress, name="download_progress"),
    path("download/<uuid:public_id>/file/", download_file, name="download_file"),
    path("download/<uuid:public_id>/removal/", download_removal, name="download_removal"),
    path("retention/", retention, name="retention"),
    path("retention/due/", retention_due, name="retention_due"),
    path("wording/", wording, name="wording"),
    path("wording/preview/", wording_preview, name="wording_preview"),
    path("wording/words/<slug:key>/", word, name="word"),
    path("messages/", messages, name="messages"),
    path("messages/undelivered/", undelivered, name="undelivered"),
    path("messages/undelivered/retry/", retry_all, name="retry_all"),
    path("messages/undelivered/<int:pk>/retry/", retry, name="retry"),
    path(TEXT, mail_text, name="mail_text"),
    path(f"{TEXT}preview/", mail_text_preview, name="mail_text_preview"),
    path(f"{TEXT}mail/", example_mail, name="example_mail"),
    path(f"{TEXT}default/", mail_text_default, name="mail_text_default"),
    path("links/", links, name="links"),
    path("links/<int:pk>/removal/", link_removal, name="link_removal"),
    path("log/", log, name="log"),
    path("log/switch/", log_switch, name="log_switch"),
    path("log/questions/new/", new_log_question, name="new_log_question"),
    path("log/questions/preview/", log_question_preview, name="log_question_preview"),
    path("log/questions/<int:pk>/", log_question, name="log_question"),
    path(
        "log/questions/<int:pk>/archiving/", log_question_archiving, name="log_question_archiving"
    ),
    path("log/questions/<int:pk>/position/", log_question_position, name="log_question_position"),
    path("logs/", logs, name="logs"),
    path("logs/<uuid:public_id>/", written_log, name="written_log"),
    path("names/<slug:of>/", names, name="names"),
    path("hours/", all_hours, name="all_hours"),
    path("closures/", closures, name="closures"),
    path("closures/export.csv", closures_export, name="closures_export"),
    path("closures/<int:pk>/", closure, name="closure"),
    path("closures/<int:pk>/removal/", closure_removal, name="closure_removal"),
    path("attendance/", attendance_day, name="attendance_day"),
    path("attendance/<uuid:public_id>/", attendance, name="attendance"),
    path("absences/", absences, name="absences"),
    path("absences/pauses/new/", new_pause, name="new_pause"),
    path("absences/<uuid:public_id>/excuse/", excusing, name="excusing"),
    path("absences/pauses/<int:pk>/end/", pause_end, name="pause_end"),
    path("waitlist/", waitlist, name="waitlist"),
    path("waitlist/export.csv", waitlist_export, name="waitlist_export"),
    path("waitlist/<uuid:public_id>/removal/", waitlist_removal, name="waitlist_removal"),
    path("terms/", terms, name="terms"),
    path("terms/new/", new_term, name="new_term"),
    path("terms/<int:pk>/", term, name="term"),
    path("terms/<int:pk>/removal/", term_removal, name="term_removal"),
    path("roles/", roles, name="roles"),
    path("roles/export.csv", roles_export, name="roles_export"),
    path("roles/<int:pk>/removal/", role_removal, name="role_removal"),
    path("history/", history, name="history"),
    path("history/export.csv", history_export, name="history_export"),
]
