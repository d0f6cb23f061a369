"""What a backup, or its restoration, can be refused for.

VisavisError
└── BackupError
    ├── BadBackup            the file is none of ours, or not what it was when it was written
    ├── NewerBackup          it holds what this version does not know
    ├── NewerDatabase        the same of the database
    ├── DoesNotFit           a row of it is one that this database does not take
    ├── NotEmpty             restoring would replace what is there
    ├── InUse                others work on the database that would be replaced
    └── CannotWrite          no room, no right, or what is there is no backup
"""

from visavis.core.errors import VisavisError


class BackupError(VisavisError):
    code = "backup"


class BadBackup(BackupError):
    code = "bad_backup"


class NewerBackup(BackupError):
    code = "newer_backup"


class NewerDatabase(BackupError):
    code = "newer_database"


class DoesNotFit(BackupError):
    code = "does_not_fit"


class NotEmpty(BackupError):
    code = "not_empty"


class InUse(BackupError):
    code = "in_use"


class CannotWrite(BackupError):
    code = "cannot_write"
