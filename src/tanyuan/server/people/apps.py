"""The app's name and start."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisations, persons, roles, regions, consent."""

    name = "tanyuan.server.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
