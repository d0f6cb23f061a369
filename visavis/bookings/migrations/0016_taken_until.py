from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0015_withdrawn_offers'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='commitment',
            name='commitment_taken',
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('status__in', ['requested', 'held', 'confirmed', 'attended', 'no_show'])), fields=['person', 'end'], name='commitment_taken'),
        ),
    ]
