from django.apps import AppConfig

from visavis.core.sentences import speak


class CoreConfig(AppConfig):
    name = "visavis.core"

    def import_models(self) -> None:
        """Before any model is made, this one being the first of the apps."""
        speak()
        super().import_models()
