"""All addresses."""

from django.urls import include, path

from tanyuan.server.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.choose_language, name="language"),
    path("", include("tanyuan.server.factorbase.urls")),
    path("", include("tanyuan.server.studies.urls")),
    path("", include("tanyuan.server.people.urls")),
    path("accounts/", include("allauth.urls")),
]

handler404 = "tanyuan.server.web.views.not_found"
handler500 = "tanyuan.server.web.views.broken"
