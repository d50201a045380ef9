"""All addresses."""

from django.urls import include, path

from tanyuan.server.web import views
from tanyuan.server.web.api import addresses

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("language/", views.choose_language, name="language"),
    path("", include("tanyuan.server.factorbase.urls")),
    path("", include("tanyuan.server.studies.urls")),
    path("", include("tanyuan.server.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", addresses),
]

handler400 = "tanyuan.server.web.failures.unreadable"
handler403 = "tanyuan.server.web.failures.refused"
handler404 = "tanyuan.server.web.failures.not_found"
handler500 = "tanyuan.server.web.failures.broken"
