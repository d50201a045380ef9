"""The app's name and start."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """What every other app stands on: jobs, hashed files, audit events, hooks."""

    name = "tanyuan.server.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
