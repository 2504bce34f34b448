"""People, posts, and duties: who answers for which object, network or area, and when."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.places.models.named import Named


@pghistory.track()
class Person(Named):
    """Somebody who can be called."""

    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="people"
    )
    code = models.CharField(_("code"), max_length=40, unique=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    user = models.OneToOneField(
        "places.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )


@pghistory.track()
class Post(Named):
    """A seat in an organisation; people hold it, duties hang on it."""

    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="posts"
    )
    code = models.CharField(_("code"), max_length=40, unique=True)


@pghistory.track()
class Holding(models.Model):
    """A person holds a post from a day on."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="holdings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="holdings")
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "person", "from_date"], name="holding_once_a_day"
            )
        ]


@pghistory.track()
class Duty(models.Model):
    """A post answers for one object, one network or one area."""

    class Role(models.TextChoices):
        """In which way the post answers."""

        RESPONSIBLE = "responsible", _("Responsible")
        MAINTENANCE = "maintenance", _("Maintenance")
        SUPERVISION = "supervision", _("Supervision")

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.RESPONSIBLE)
    city_object = models.ForeignKey(
        "places.CityObject", null=True, blank=True, on_delete=models.CASCADE, related_name="duties"
    )
    network = models.ForeignKey(
        "places.Network", null=True, blank=True, on_delete=models.CASCADE, related_name="duties"
    )
    area = models.ForeignKey(
        "places.Area", null=True, blank=True, on_delete=models.CASCADE, related_name="duties"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="duty_has_one_target",
                condition=(
                    models.Q(city_object__isnull=False, network__isnull=True, area__isnull=True)
                    | models.Q(city_object__isnull=True, network__isnull=False, area__isnull=True)
                    | models.Q(city_object__isnull=True, network__isnull=True, area__isnull=False)
                ),
            ),
            models.UniqueConstraint(
                fields=["post", "role", "city_object", "network", "area"],
                name="duty_once",
                nulls_distinct=False,
            ),
        ]


@pghistory.track()
class Substitute(models.Model):
    """Who is called, in which order, when a duty's holder does not answer."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="substitutes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="substitutions")
    rank = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "rank"], name="substitute_rank_once"),
            models.UniqueConstraint(fields=["duty", "person"], name="substitute_person_once"),
        ]


@pghistory.track()
class Shift(models.Model):
    """The roster: a person stands for a post from one hour to another."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="shifts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_start", condition=models.Q(ends_at__gt=models.F("starts_at"))
            )
        ]
        indexes = [models.Index(fields=["post", "starts_at"], name="shift_post_start")]
