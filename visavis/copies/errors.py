"""What the copy of a community can be refused for.

VisavisError
└── CopyError
    ├── InvalidCopy          it cannot be read, or what it says does not fit; `data["flaws"]`
    ├── NewerCopy            it holds what this version does not know
    └── PlaceTaken           what it would be written to is there already
"""

from visavis.core.errors import VisavisError


class CopyError(VisavisError):
    code = "copy"


class InvalidCopy(CopyError):
    code = "invalid_copy"


class NewerCopy(CopyError):
    code = "newer_copy"


class PlaceTaken(CopyError):
    code = "place_taken"
