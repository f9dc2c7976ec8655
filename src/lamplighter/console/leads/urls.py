"""Addresses of the queue."""

from django.urls import path

from lamplighter.console.leads import views

urlpatterns = [
    path("queue/", views.queue, name="queue"),
    path("queue/next", views.queue_next, name="queue_next"),
    path("queue/view", views.view_save, name="view_save"),
    path("queue/view/<int:number>/delete", views.view_delete, name="view_delete"),
    path("operation/<slug:operation>/take", views.lead_take, name="lead_take"),
    path("operation/<slug:operation>/free", views.lead_free, name="lead_free"),
    path("operation/<slug:operation>/skip", views.lead_skip, name="lead_skip"),
    path("operation/<slug:operation>/viewers", views.lead_viewers, name="lead_viewers"),
]
