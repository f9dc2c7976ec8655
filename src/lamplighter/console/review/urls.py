"""Addresses of the operation page."""

from django.urls import path

from lamplighter.console.review import deciding, seconds, views

urlpatterns = [
    path("operation/<slug:operation>/", views.operation, name="operation"),
    path("operation/<slug:operation>/decide", deciding.decide, name="decide"),
    path("operation/<slug:operation>/judge", views.judge_link, name="judge_link"),
    path("operation/<slug:operation>/ask", seconds.ask, name="ask"),
    path("seconds/", seconds.seconds, name="seconds"),
    path("seconds/<int:number>", seconds.second, name="second"),
    path("seconds/<int:number>/both", seconds.seconded, name="seconded"),
]
