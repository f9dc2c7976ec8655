"""Addresses of the auditor's desk."""

from django.urls import path

from lamplighter.console.auditing import views

urlpatterns = [path("audit/", views.audit, name="audit")]
