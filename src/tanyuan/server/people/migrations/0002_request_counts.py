"""Counters of requests that the processes of a server share."""

from django.db import migrations, models


def spare_the_log(apps, schema_editor):
    """PostgreSQL need not save counters of one minute from a crash, nor wait for its disk."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE people_requestcount SET UNLOGGED")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                ("caller", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("minute", models.BigIntegerField(db_index=True)),
                ("used", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunPython(spare_the_log, migrations.RunPython.noop),
    ]
