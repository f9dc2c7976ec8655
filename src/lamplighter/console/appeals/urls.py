"""Addresses of posters, and of those who hear them."""

from django.urls import path

from lamplighter.console.appeals import delays, desk, public

urlpatterns = [
    path("statement/<str:secret>", public.statement, name="statement"),
    path("statement/<str:secret>/appeal", public.appeal, name="statement_appeal"),
    path("appeals/", desk.appeals, name="appeals"),
    path("appeals/delays", delays.delays, name="delays"),
    path("appeals/<int:number>", desk.appeal, name="appeal"),
]
