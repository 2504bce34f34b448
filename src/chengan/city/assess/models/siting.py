"""Projects under siting review: the project, its reviews, who did which step, who signed."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models.named import Named


@pghistory.track()
class SitingProject(Named):
    """Something that is to be built: drawn or uploaded by a planner, decided by a leader.

    `geometry` is GeoJSON in WGS 84, `lon`/`lat` its representative point. The four people are
    different; the database holds it.
    """

    class Kind(models.TextChoices):
        """What is to be built."""

        PLANT = "plant", _("Plant")
        SCHOOL = "school", _("School")
        HOUSING = "housing", _("Housing")
        HOSPITAL = "hospital", _("Hospital")
        PIPELINE = "pipeline", _("Pipeline")
        LPG_STATION = "lpg_station", _("LPG filling plant")
        OTHER = "other", _("Other project")

    class Status(models.TextChoices):
        """Whose turn it is, or how it was decided."""

        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("With the consultant")
        ADVISED = "advised", _("With the safety office")
        RECOMMENDED = "recommended", _("Waits for the decision")
        APPROVED = "approved", _("Approved")
        CONDITIONAL = "conditional", _("Approved with conditions")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Gate(models.TextChoices):
        """The gate that was passed last."""

        NONE = "", _("None yet")
        DESIGN = "design", _("Design")
        BUILD = "build", _("Construction")
        ACCEPTANCE = "acceptance", _("Acceptance")

    kind = models.CharField(_("kind of project"), max_length=12, choices=Kind.choices)
    geometry = models.JSONField(_("place"))
    lon = models.FloatField()
    lat = models.FloatField()
    area_path = models.CharField(max_length=400, blank=True)
    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("builder")
    )
    people_day = models.PositiveIntegerField(_("people by day"), default=0)
    people_night = models.PositiveIntegerField(_("people by night"), default=0)
    about = models.TextField(_("what is planned"), blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    gate = models.CharField(max_length=10, choices=Gate.choices, blank=True, default=Gate.NONE)
    planner = models.CharField(max_length=150)
    consultant = models.CharField(max_length=150, blank=True)
    officer = models.CharField(max_length=150, blank=True)
    decider = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("siting project")
        verbose_name_plural = _("siting projects")
        constraints = [
            models.CheckConstraint(
                name="siting_four_people",
                condition=(Q(consultant="") | ~Q(consultant=F("planner")))
                & (Q(officer="") | (~Q(officer=F("planner")) & ~Q(officer=F("consultant"))))
                & (
                    Q(decider="")
                    | (
                        ~Q(decider=F("planner"))
                        & ~Q(decider=F("consultant"))
                        & ~Q(decider=F("officer"))
                    )
                ),
            )
        ]
        indexes = [models.Index(fields=["status", "-id"], name="siting_project_status")]


@pghistory.track()
class SitingReview(models.Model):
    """One calculation of a project: what went in, what came out, and the receipt of both.

    `receipt`: hashes of inputs and result, versions of the software and of the tables. The same
    inputs with the same versions give the same result and the same report, byte for byte.
    """

    class Verdict(models.TextChoices):
        """What the criteria say."""

        PASSES = "passes", _("Meets the criteria")
        UNSURE = "unsure", _("Too close to say")
        FAILS = "fails", _("Does not meet the criteria")
        OUT_OF_SCOPE = "out_of_scope", _("Outside the scope of the criteria")
        NO_HAZARD = "no_hazard", _("No hazard reaches it")

    project = models.ForeignKey(SitingProject, on_delete=models.CASCADE, related_name="reviews")
    number = models.PositiveIntegerField()
    inputs = models.JSONField()
    result = models.JSONField()
    receipt = models.JSONField()
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("siting review")
        verbose_name_plural = _("siting reviews")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="siting_review_number")
        ]


@pghistory.track()
class SitingStep(models.Model):
    """One step of a project: who, in which role, what they said; a signature where `digest` is."""

    project = models.ForeignKey(SitingProject, on_delete=models.CASCADE, related_name="steps")
    review = models.ForeignKey(
        SitingReview, null=True, on_delete=models.PROTECT, related_name="signatures"
    )
    step = models.CharField(max_length=20)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("step of a siting review")
        verbose_name_plural = _("steps of siting reviews")


@pghistory.track()
class Condition(models.Model):
    """What a decision asks for (三同时): to be met at a gate, by a day, shown and verified."""

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Open")
        SHOWN = "shown", _("Evidence given")
        VERIFIED = "verified", _("Verified")

    project = models.ForeignKey(SitingProject, on_delete=models.CASCADE, related_name="conditions")
    text = models.TextField(_("what is asked for"))
    gate = models.CharField(_("gate"), max_length=10, choices=SitingProject.Gate.choices)
    owner = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    due_date = models.DateField(_("due"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    evidence = models.TextField(_("evidence"), blank=True)
    shown_by = models.CharField(max_length=150, blank=True)
    shown_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=150, blank=True)
    verified_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        constraints = [
            models.CheckConstraint(
                name="condition_two_people",
                condition=Q(verified_by="") | ~Q(verified_by=F("shown_by")),
            )
        ]
        indexes = [
            models.Index(
                fields=["due_date"],
                condition=Q(escalated_at=None) & ~Q(status="verified"),
                name="condition_due",
            )
        ]
