"""Communities that are there were opened when they were made."""

from django.db import migrations, models
from django.db.models import F

import visavis.core.clock


def open_those_there(apps, _schema_editor):
    apps.get_model("communities", "Community").objects.update(opened_at=F("created_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("communities", "0007_providers_edit_hours"),
    ]

    operations = [
        migrations.AddField(
            model_name="community",
            name="opened_at",
            field=models.DateTimeField(blank=True, default=visavis.core.clock.now, null=True),
        ),
        migrations.RunPython(open_those_there, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="community",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visible", False), ("opened_at__isnull", False), _connector="OR"
                ),
                name="community_visible_once_opened",
            ),
        ),
    ]
