"""Accounts, roles and grants: the one permission store."""

import pghistory
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.places.models.named import Named


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """An account. What it may do and see hangs on its grants alone."""

    display_name = models.CharField(_("name shown"), max_length=100, blank=True)
    failed_logins = models.PositiveSmallIntegerField(default=0, editable=False)
    locked_until = models.DateTimeField(null=True, blank=True, editable=False)
    reset_link_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")


@pghistory.track()
class Role(Named):
    """A named set of permissions (codes from `places.permissions`)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    permissions = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")


@pghistory.track()
class Grant(models.Model):
    """`user` has `role` for `organisation` and all below it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.CASCADE, related_name="grants"
    )

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organisation"], name="grant_once")
        ]
