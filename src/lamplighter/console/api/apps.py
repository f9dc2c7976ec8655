"""The app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Keys and deliveries."""

    name = "lamplighter.console.api"
    label = "api"
