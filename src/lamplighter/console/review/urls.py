"""Addresses of the operation page."""

from django.urls import path

from lamplighter.console.review import views

urlpatterns = [
    path("operation/<slug:operation>/", views.operation, name="operation"),
    path("operation/<slug:operation>/decide", views.decide, name="decide"),
]
