"""The app's name and start."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisations, persons, roles, regions, consent."""

    name = "tanyuan.server.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the events of what the operator does, whose sentences every process tells."""
        from tanyuan.server.people import accounts, personal  # noqa: F401, PLC0415
