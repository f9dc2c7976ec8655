"""The app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases."""

    name = "lamplighter.console.cases"
    label = "cases"
