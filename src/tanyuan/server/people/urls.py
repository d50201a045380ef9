"""Addresses of people and organisations."""

from django.urls import path

from tanyuan.server.people import kept, keys, own, views

urlpatterns = [
    path("organisation/", views.organisation, name="organisation"),
    path("organisation/keys/", keys.keys, name="organisation_keys"),
    path(
        "organisation/keys/<uuid:key_id>/revoke/", keys.revoke_key, name="organisation_key_revoke"
    ),
    path("organisation/new/", views.organisation_new, name="organisation_new"),
    path("organisation/switch/", views.switch, name="organisation_switch"),
    path("organisation/trail/", views.trail, name="organisation_trail"),
    path("organisation/invite/", views.invite, name="organisation_invite"),
    path(
        "organisation/invitations/<int:invitation_id>/withdraw/",
        views.uninvite,
        name="organisation_uninvite",
    ),
    path("organisation/members/<int:membership_id>/", views.member, name="organisation_member"),
    path(
        "organisation/members/<int:membership_id>/remove/",
        views.remove_member,
        name="organisation_member_remove",
    ),
    path("organisation/departments/", views.add_department, name="organisation_department_add"),
    path(
        "organisation/departments/<int:department_id>/remove/",
        views.remove_department,
        name="organisation_department_remove",
    ),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("kept/", kept.kept_form, name="kept_form"),
    path("profile/", own.profile, name="profile"),
    path("profile/export/", own.export, name="profile_export"),
    path("profile/delete/", own.delete, name="profile_delete"),
]
