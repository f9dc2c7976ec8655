"""The app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search."""

    name = "lamplighter.console.search"
    label = "search"
