"""The components, as template tags that are there in every template."""

from visavis.web.ui.parts import buttons, forms, moments, people, signs, surfaces, ways
from visavis.web.ui.parts.library import register

__all__ = ["buttons", "forms", "moments", "people", "register", "signs", "surfaces", "ways"]
