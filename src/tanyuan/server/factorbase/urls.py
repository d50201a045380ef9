"""Addresses of the factor catalogue."""

from django.urls import path

from tanyuan.server.factorbase import views

urlpatterns = [
    path("factors/", views.factors, name="factors"),
    path("factors/<str:factor_id>/", views.factor, name="factor"),
]
