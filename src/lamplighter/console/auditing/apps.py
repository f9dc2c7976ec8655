"""The app."""

from django.apps import AppConfig


class AuditingConfig(AppConfig):
    """Blind samples and known cases."""

    name = "lamplighter.console.auditing"
    label = "auditing"
