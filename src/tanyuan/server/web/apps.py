"""The app's name and start."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Settings, addresses, base templates, static files, navigation, public home."""

    name = "tanyuan.server.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
