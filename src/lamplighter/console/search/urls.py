"""Addresses of search."""

from django.urls import path

from lamplighter.console.search import saved, value, views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/keep", saved.keep, name="search_keep"),
    path("search/kept/<int:number>", saved.kept, name="search_kept"),
    path("about/", value.about, name="about"),
]
