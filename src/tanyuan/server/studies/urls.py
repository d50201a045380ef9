"""Addresses of studies and footprints."""

from django.urls import path

from tanyuan.server.studies import views

urlpatterns = [
    path("studies/", views.workspace, name="workspace"),
    path("studies/<uuid:study_id>/", views.study, name="study"),
    path("verify/", views.verify, name="verify"),
]
