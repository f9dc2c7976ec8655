"""Addresses of exports."""

from django.urls import path

from lamplighter.console.exports import asking, views

urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/ask", asking.ask, name="export_ask"),
    path("exports/<int:number>/", views.export, name="export"),
    path("exports/<int:number>/second", views.second, name="export_second"),
    path("exports/<int:number>/again", views.again, name="export_again"),
    path("exports/<int:number>/file", views.file, name="export_file"),
]
