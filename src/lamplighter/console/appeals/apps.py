"""The app."""

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    """Statements of reasons, and appeals against decisions."""

    name = "lamplighter.console.appeals"
    label = "appeals"
