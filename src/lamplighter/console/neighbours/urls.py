"""Where Coop calls."""

from django.urls import path

from lamplighter.console.neighbours import views

urlpatterns = [
    path("neighbours/coop/action", views.action, name="coop_action"),
    path("neighbours/coop/additional-info", views.additional_info, name="coop_information"),
    path("neighbours/coop/preservation", views.preservation, name="coop_preservation"),
]
