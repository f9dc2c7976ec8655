"""How allauth is held: nobody signs up without an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

try:
    from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
except ImproperlyConfigured:  # no provider is configured, so the app is not installed
    DefaultSocialAccountAdapter = object


class AccountAdapter(DefaultAccountAdapter):
    """Closed for sign-up; messages go to the page only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from invitations."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail leaves this service."""


class OidcAdapter(DefaultSocialAccountAdapter):
    """A provider's account signs in whom it was connected to; it makes nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Accounts come from invitations."""
        return False
