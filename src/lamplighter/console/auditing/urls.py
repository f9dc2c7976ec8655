"""Addresses of the auditor's desk and of blind reading."""

from django.urls import path

from lamplighter.console.auditing import (
    blind_views,
    known_views,
    looked_views,
    sample_views,
    views,
)

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/looked", looked_views.looked, name="audit_looked"),
    path("audit/concealment", looked_views.concealment, name="audit_concealment"),
    path("audit/samples/", sample_views.samples, name="audit_samples"),
    path("audit/samples/announce", sample_views.announce, name="audit_announce"),
    path("audit/samples/<int:number>/", sample_views.sample, name="audit_sample"),
    path("audit/samples/<int:number>/draw", sample_views.draw, name="audit_draw"),
    path("audit/samples/<int:number>/close", sample_views.close, name="audit_close"),
    path("audit/known/", known_views.known, name="audit_known"),
    path("blind/", blind_views.blind, name="blind"),
    path("blind/<str:token>", blind_views.blind_item, name="blind_item"),
    path("blind/<str:token>/answer", blind_views.blind_answer, name="blind_answer"),
]
