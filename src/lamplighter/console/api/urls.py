"""Addresses of the API and of the page of its keys."""

from django.urls import path

from lamplighter.console.api import views
from lamplighter.console.api.endpoints import api
from lamplighter.console.appeals import endpoints as _appeals  # noqa: F401 - adds its endpoints
from lamplighter.console.notices import endpoints as _notices  # noqa: F401 - as well

urlpatterns = [
    path("api/v1/", api.urls),
    path("programs/", views.api_keys, name="api_keys"),
    path("programs/<int:number>/revoke", views.api_key_revoke, name="api_key_revoke"),
]
