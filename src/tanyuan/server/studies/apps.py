"""The app's name and start."""

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """Products, sites, studies, revisions and footprints."""

    name = "tanyuan.server.studies"
    label = "studies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the long tasks."""
        from tanyuan.server.studies import tasks  # noqa: F401, PLC0415
