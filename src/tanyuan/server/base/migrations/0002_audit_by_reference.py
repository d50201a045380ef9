"""Audit events name persons by id alone; a running job says that its process is alive."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="auditevent", name="actor_name"),
        migrations.AddField(
            model_name="job", name="seen_at", field=models.DateTimeField(null=True)
        ),
    ]
