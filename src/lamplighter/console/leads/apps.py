"""The app."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """The queue."""

    name = "lamplighter.console.leads"
    label = "leads"
