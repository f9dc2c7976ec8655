"""Addresses of settings, breaks and media."""

from django.urls import path, register_converter

from lamplighter.console.wellbeing import views


class Digest:
    """A SHA-256 in lower-case hex: nothing else gets near a path."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Digest, "digest")

urlpatterns = [
    path("settings", views.settings_page, name="settings"),
    path("break", views.take_break, name="take_break"),
    path("rest", views.rest, name="rest"),
    path("medium/<digest:digest>", views.medium, name="medium"),
]
