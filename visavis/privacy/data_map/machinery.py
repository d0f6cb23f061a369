"""Tables of the libraries beneath: sessions, sign-in, jobs."""

from visavis.privacy.data_map.entries import GOES, SCHOOL, STAYS, Personal, Table

UNUSED = "nothing: the library brings the table, and no row is ever written"

MACHINERY = (
    Table(
        "core.PeriodicTick",
        "When a job by the clock runs next",
        "so that one worker starts it",
        SCHOOL,
        STAYS,
        {"name": "which job", "due_at": "when"},
    ),
    Table(
        "sessions.Session",
        "That a browser is signed in",
        "so that nobody signs in on every page",
        "30 days after the last sign-in, or until sign-out or erasure",
        GOES,
        {
            "session_key": Personal("the secret that the browser's cookie holds"),
            "session_data": Personal("who is signed in, and what a page has to say next"),
            "expire_date": "until when",
        },
    ),
    Table(
        "account.EmailAddress",
        "An address that was proven by a code",
        "the sign-in library keeps it",
        "until the person is erased",
        GOES,
        {
            "user": Personal("whose"),
            "email": Personal("the address"),
            "verified": "whether it is proven",
            "primary": "whether it is the one",
        },
    ),
    Table(
        "account.EmailConfirmation",
        "A link to prove an address",
        UNUSED,
        "until the person is erased",
        GOES,
        {
            "email_address": "which",
            "created": "when",
            "sent": "when it was sent",
            "key": "the secret",
        },
    ),
    Table(
        "mfa.Authenticator",
        "A passkey, an authenticator app or recovery codes",
        "to prove that it is the person who signs in",
        "until the person removes it or is erased",
        GOES,
        {
            "user": Personal("whose"),
            "type": Personal("which kind"),
            "data": Personal("its secret, encrypted, or its public key with the name they gave it"),
            "created_at": Personal("since when"),
            "last_used_at": Personal("when last"),
        },
    ),
    Table(
        "django_tasks_database.DBTaskResult",
        "A job of the worker",
        "so that work is done after the page has answered, and tried again",
        "1 day after it was done, 14 after it failed; at once if it names an erased person",
        GOES,
        {
            "status": "ready, running, done, failed",
            "enqueued_at": "when it was written",
            "started_at": "when it began",
            "finished_at": "when it ended",
            "args_kwargs": Personal(
                "what it works on: numbers, and for a sign-in code the address"
            ),
            "priority": "how urgent",
            "task_path": "which job",
            "worker_ids": "who tried it",
            "queue_name": "in which line",
            "backend_name": "which queue",
            "run_after": "not before when",
            "return_value": "what it answered",
            "exception_class_path": "what went wrong",
            "traceback": Personal("where; may hold an address"),
        },
    ),
    Table(
        "auth.Permission",
        "A right of the framework",
        UNUSED,
        SCHOOL,
        STAYS,
        {"name": "its name", "content_type": "of which table", "codename": "its code"},
    ),
    Table(
        "auth.Group",
        "A group of the framework",
        UNUSED,
        SCHOOL,
        STAYS,
        {"name": "its name", "permissions": "its rights"},
    ),
    Table(
        "auth.Group_permissions",
        "Rights of a group of the framework",
        UNUSED,
        SCHOOL,
        STAYS,
        {"group": "which group", "permission": "which right"},
    ),
    Table(
        "contenttypes.ContentType",
        "The names of the tables",
        "the framework keeps them",
        SCHOOL,
        STAYS,
        {"app_label": "of which part", "model": "which table"},
    ),
)
