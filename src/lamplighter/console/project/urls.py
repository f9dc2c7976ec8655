"""The map of addresses. `access.ROUTES` says who may open each."""

from __future__ import annotations

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path

from lamplighter.console.project import faults, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("alive", pages.alive, name="alive"),
    path("keys", pages.keys, name="keys"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("", include("lamplighter.console.people.urls")),
    path("", include("lamplighter.console.leads.urls")),
    path("", include("lamplighter.console.review.urls")),
    path("", include("lamplighter.console.wellbeing.urls")),
    path("", include("lamplighter.console.api.urls")),
    path("", include("lamplighter.console.search.urls")),
    path("", include("lamplighter.console.auditing.urls")),
    path("", include("lamplighter.console.cases.urls")),
    path("", include("lamplighter.console.exports.urls")),
    path("", include("lamplighter.console.tips.urls")),
    path("", include("lamplighter.console.appeals.urls")),
    path("", include("lamplighter.console.notices.urls")),
    path("", include("lamplighter.console.neighbours.urls")),
]
if settings.CONSOLE.oidc:
    urlpatterns += [
        path("account/oidc/", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("account/connected/", include("allauth.socialaccount.urls")),
    ]

handler400 = faults.bad
handler403 = faults.forbidden
handler404 = faults.missing
handler500 = faults.broken
