"""Addresses of search."""

from django.urls import path

from lamplighter.console.search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("about/", views.about, name="about"),
    path("about/listings.csv", views.about_csv, name="about_csv"),
]
