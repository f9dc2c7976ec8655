"""Addresses of the public, and of those who decide on what it tells."""

from django.urls import path

from lamplighter.console.notices import desk, public

urlpatterns = [
    path("notice/", public.notice, name="notice_form"),
    path("notice/<str:secret>", public.receipt, name="notice_receipt"),
    path("help/", public.help_page, name="help"),
    path("notices/", desk.notices, name="notices"),
    path("notices/<int:number>", desk.told, name="told"),
    path("notices/many/<str:digest>/<str:channel>/<str:kind>", desk.group, name="notices_many"),
]
