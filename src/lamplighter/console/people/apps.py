"""The app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts and roles."""

    name = "lamplighter.console.people"
    label = "people"
