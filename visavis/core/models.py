"""Tables that know no subject word: history, and files kept in the database."""

from django.db import models

from visavis.core import clock


class HistoryEntry(models.Model):
    """Who changed what, when, from what to what. Ids, not keys: it outlives what it tells of."""

    at = models.DateTimeField(default=clock.now)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=254)
    community_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=254)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "history entries"
        indexes = [
            # The community's history page, newest first.
            models.Index(fields=["community_id", "-at"], name="history_by_community"),
            # "What happened to this?" on the page of one thing.
            models.Index(fields=["subject_type", "subject_id"], name="history_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb} {self.subject_label}"


class StoredFile(models.Model):
    """A file behind the storage door, kept in the database so that processes share no disk."""

    name = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class PeriodicTick(models.Model):
    """One row a periodic job: the worker that moves `due_at` on is the one that runs it."""

    name = models.CharField(max_length=100, unique=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
