"""Addresses of the factor catalogue."""

from django.urls import path

from tanyuan.server.factorbase import views

urlpatterns = [
    path("factors/", views.factors, name="factors"),
    path("factors/properties/", views.properties, name="properties"),
    path("factors/<str:factor_id>.json", views.factor_as_json, name="factor_json"),
    path("factors/<str:factor_id>/", views.factor, name="factor"),
]
