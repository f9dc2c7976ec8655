"""The app."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Operations, decisions, judgements of links."""

    name = "lamplighter.console.review"
    label = "review"
