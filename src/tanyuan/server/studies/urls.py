"""Addresses of studies and footprints."""

from django.urls import path

from tanyuan.server.studies.views import (
    databases,
    footprints,
    register,
    reporting,
    revising,
    sealing,
    sharing,
    uploads,
    workspace,
)

_STUDY = "studies/<uuid:study_id>/"
_REVISION = f"{_STUDY}revisions/<int:number>/"

urlpatterns = [
    path("studies/", workspace.workspace, name="workspace"),
    path("studies/upload/", uploads.upload, name="study_upload"),
    path("studies/start/<str:name>/", workspace.start, name="study_start"),
    path("studies/template.<str:ending>", workspace.template, name="study_template"),
    path("studies/examples/<str:name>.<str:ending>", workspace.example_file, name="study_example"),
    path(_STUDY, footprints.study, name="study"),
    path(f"{_STUDY}lines/<int:position>/", footprints.line, name="study_newest_line"),
    path(f"{_STUDY}revisions/", footprints.revisions, name="study_revisions"),
    path(_REVISION, footprints.study, name="study_revision"),
    path(f"{_REVISION}lines/<int:position>/", footprints.line, name="study_line"),
    path(f"{_REVISION}files/<str:kind>/", footprints.file, name="study_file"),
    path(f"{_REVISION}report/", reporting.report, name="study_report"),
    path(f"{_REVISION}seal/", sealing.seal, name="study_seal"),
    path(f"{_STUDY}edit/", revising.edit, name="study_edit"),
    path(f"{_STUDY}share/", sharing.share, name="study_share"),
    path(f"{_STUDY}share/<uuid:consent_id>/withdraw/", sharing.withdraw, name="study_withdraw"),
    path("products/", register.products, name="products"),
    path("products/new/", register.entry_new, {"kind": "product"}, name="product_new"),
    path("products/<uuid:entry_id>/", register.entry, {"kind": "product"}, name="product"),
    path("sites/", register.sites, name="sites"),
    path("sites/new/", register.entry_new, {"kind": "site"}, name="site_new"),
    path("sites/<uuid:entry_id>/", register.entry, {"kind": "site"}, name="site"),
    path("databases/", databases.databases, name="databases"),
    path("databases/import/", databases.database_import, name="database_import"),
    path("databases/<str:digits>/", databases.database, name="database"),
    path("databases/<str:digits>/supply/", databases.database_supply, name="database_supply"),
    path("databases/<str:digits>/choices/", databases.database_choices, name="database_choices"),
    path("databases/<str:digits>/report/", databases.database_report, name="database_report"),
    path("jobs/<uuid:job_id>/", uploads.job, name="job"),
    path("jobs/<uuid:job_id>/cancel/", uploads.job_cancel, name="job_cancel"),
    path("jobs/<uuid:job_id>/file/", uploads.job_file, name="job_file"),
    path("verify/", sealing.check, name="verify"),
]
