"""The app's name and start."""

from django.apps import AppConfig


class FactorbaseConfig(AppConfig):
    """The factor database; for now the read-only catalogue of the starter library."""

    name = "tanyuan.server.factorbase"
    label = "factorbase"
    default_auto_field = "django.db.models.BigAutoField"
