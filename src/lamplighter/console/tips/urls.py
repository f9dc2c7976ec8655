"""Addresses of reports."""

from django.urls import path

from lamplighter.console.tips import deeds, views

urlpatterns = [
    path("tips/", views.tips, name="tips"),
    path("operation/<slug:operation>/tip", views.draft, name="tip_draft"),
    path("tips/<slug:report>/", views.tip, name="tip"),
    path("tips/<slug:report>/document", views.document, name="tip_document"),
    path("tips/<slug:report>/listings", views.listings, name="tip_listings"),
    path("tips/<slug:report>/ask", deeds.ask, name="tip_ask"),
    path("tips/<slug:report>/second", deeds.second, name="tip_second"),
    path("tips/<slug:report>/resume", deeds.resume, name="tip_resume"),
    path("tips/<slug:report>/retract", deeds.retract, name="tip_retract"),
    path("tips/<slug:report>/casefile", deeds.casefile, name="tip_casefile"),
]
