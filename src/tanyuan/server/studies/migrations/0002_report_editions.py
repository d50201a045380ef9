"""The particulars of reports, edition by edition."""

import uuid

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("studies", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportEdition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("particulars", models.JSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_by", models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT)),
                (
                    "revision",
                    models.ForeignKey("studies.revision", CASCADE, related_name="report_editions"),
                ),
                (
                    "study",
                    models.ForeignKey(
                        "studies.studyrecord", CASCADE, related_name="report_editions"
                    ),
                ),
            ],
            options={"ordering": ("-number",)},
        ),
        migrations.AddConstraint(
            model_name="reportedition",
            constraint=models.UniqueConstraint(
                fields=("study", "number"), name="report_edition_once"
            ),
        ),
    ]
