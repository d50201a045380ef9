"""References to products of backgrounds are longer than ids of the library."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("studies", "0002_report_editions")]

    operations = [
        migrations.AlterField(
            "factoruse", "factor", models.CharField(max_length=400, db_index=True)
        ),
    ]
