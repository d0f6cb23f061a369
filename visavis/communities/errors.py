"""What a community refuses.

VisavisError
├── InvalidSetting     unknown key, or a value that does not fit
├── InvalidWording     unknown placeholder, empty noun
└── CommunityExists    the short name is taken
"""

from visavis.core.errors import VisavisError


class InvalidSetting(VisavisError):
    code = "invalid_setting"


class InvalidWording(VisavisError):
    code = "invalid_wording"


class CommunityExists(VisavisError):
    code = "community_exists"
