"""What is kept of practising: that a case was begun, and each answer with its outcome. No case, no right answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .topics import Level, Outcome, Topic


class PracticeRun(models.Model):
    """One made-up case given to one trainee: the seed makes it again. Appended, never edited."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Where the trainee works: their own superiors see their progress.
    division_code = models.CharField(max_length=12, db_collation="C")
    seed = models.PositiveIntegerField()
    level = models.CharField(max_length=8, choices=Level.choices)
    topic = models.CharField(max_length=12, choices=Topic.choices, blank=True)  # empty: all of them
    started_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "-started_at"], name="practice_run_of_staff")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.level} {self.seed}"


class PracticeAnswer(models.Model):
    """One answer and how it stood against the rules of that moment. Appended, never edited."""

    run = models.ForeignKey(PracticeRun, on_delete=models.PROTECT, related_name="answers")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    task = models.CharField(max_length=12)
    topic = models.CharField(max_length=12, choices=Topic.choices)
    answer = models.JSONField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    # Whether it was the first answer to this task of this case: the score counts these.
    first = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "topic", "at"], name="practice_answer_of_staff")]
        constraints = [
            models.UniqueConstraint("run", "task", condition=Q(first=True), name="practice_one_first_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.task} {self.outcome}"
