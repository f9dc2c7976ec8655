"""The app."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Exports."""

    name = "lamplighter.console.exports"
    label = "exports"
