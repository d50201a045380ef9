"""Addresses of people and organisations."""

from django.urls import path

from tanyuan.server.people import views

urlpatterns = [
    path("organisation/", views.organisation, name="organisation"),
    path("organisation/new/", views.organisation_new, name="organisation_new"),
    path("profile/", views.profile, name="profile"),
]
