"""Addresses of cases."""

from django.urls import path

from lamplighter.console.cases import deconfliction, views

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/<int:number>/", views.case, name="case"),
    path("cases/<int:number>/deconflict", deconfliction.deconflict, name="deconflict"),
    path("operation/<slug:operation>/case", views.case_open, name="case_open"),
]
