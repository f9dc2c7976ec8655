"""The app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices of the public."""

    name = "lamplighter.console.notices"
    label = "notices"
