"""People, posts, and duties: who answers for which object, network or area, and when."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.places.models.named import Named, Retirable


@pghistory.track()
class Person(Named, Retirable):
    """Somebody who can be called."""

    organisation = models.ForeignKey(
        "places.Organisation",
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("code"), max_length=40, unique=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    user = models.OneToOneField(
        "places.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")


@pghistory.track()
class Post(Named, Retirable):
    """A seat in an organisation; people hold it, duties hang on it."""

    organisation = models.ForeignKey(
        "places.Organisation",
        on_delete=models.PROTECT,
        related_name="posts",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("code"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")


@pghistory.track()
class Holding(models.Model):
    """A person holds a post from a day on."""

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="holdings", verbose_name=_("post")
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="holdings", verbose_name=_("person")
    )
    from_date = models.DateField(_("from"))
    until_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("holder of a post")
        verbose_name_plural = _("holders of posts")
        constraints = [
            models.UniqueConstraint(
                fields=["post", "person", "from_date"], name="holding_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} · {self.person}"


@pghistory.track()
class Duty(Retirable):
    """A post answers for one object, one network or one area."""

    class Role(models.TextChoices):
        """In which way the post answers."""

        RESPONSIBLE = "responsible", _("Responsible")
        MAINTENANCE = "maintenance", _("Maintenance")
        SUPERVISION = "supervision", _("Supervision")

    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="duties", verbose_name=_("post")
    )
    role = models.CharField(
        _("answers as"), max_length=12, choices=Role.choices, default=Role.RESPONSIBLE
    )
    city_object = models.ForeignKey(
        "places.CityObject",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="duties",
        verbose_name=_("object"),
    )
    network = models.ForeignKey(
        "places.Network",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="duties",
        verbose_name=_("network"),
    )
    area = models.ForeignKey(
        "places.Area",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="duties",
        verbose_name=_("area"),
    )

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
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

    def __str__(self) -> str:
        target = self.city_object or self.network or self.area
        return f"{self.post} · {self.get_role_display()} · {target}"


@pghistory.track()
class Substitute(models.Model):
    """Who is called, in which order, when a duty's holder does not answer."""

    duty = models.ForeignKey(
        Duty, on_delete=models.CASCADE, related_name="substitutes", verbose_name=_("duty")
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="substitutions", verbose_name=_("person")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)

    class Meta:
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        constraints = [
            models.UniqueConstraint(fields=["duty", "rank"], name="substitute_rank_once"),
            models.UniqueConstraint(fields=["duty", "person"], name="substitute_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} · {self.person}"


@pghistory.track()
class Shift(models.Model):
    """The roster: a person stands for a post from one hour to another."""

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("post")
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("person")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_start", condition=models.Q(ends_at__gt=models.F("starts_at"))
            )
        ]
        indexes = [models.Index(fields=["post", "starts_at"], name="shift_post_start")]

    def __str__(self) -> str:
        return f"{self.post} · {self.person}"
