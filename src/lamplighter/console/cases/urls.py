"""Addresses of cases."""

from django.urls import path

from lamplighter.console.cases import views

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/<int:number>/", views.case, name="case"),
    path("operation/<slug:operation>/case", views.case_open, name="case_open"),
]
