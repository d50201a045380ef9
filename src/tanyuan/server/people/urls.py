"""Addresses of people and organisations."""

from django.urls import path

from tanyuan.server.people import keys, views

urlpatterns = [
    path("organisation/", views.organisation, name="organisation"),
    path("organisation/keys/", keys.keys, name="organisation_keys"),
    path(
        "organisation/keys/<uuid:key_id>/revoke/", keys.revoke_key, name="organisation_key_revoke"
    ),
    path("organisation/new/", views.organisation_new, name="organisation_new"),
    path("profile/", views.profile, name="profile"),
]
