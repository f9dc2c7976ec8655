"""The app."""

from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    """Media settings, exposure, breaks."""

    name = "lamplighter.console.wellbeing"
    label = "wellbeing"
