"""Addresses of the administrator's desk."""

from django.urls import path

from lamplighter.console.people import views

urlpatterns = [
    path("invitation/<str:secret>", views.invitation, name="invitation"),
    path("people/", views.people, name="people"),
    path("people/invite", views.people_invite, name="people_invite"),
    path("people/<int:number>", views.person, name="person"),
]
