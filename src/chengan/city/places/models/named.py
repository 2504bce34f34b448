"""What every named row of the ground shares: two names, a path in its tree, a sample mark."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A row with a Chinese and an English name, marked when it is sample data."""

    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        is_chinese = (get_language() or "zh").startswith("zh")
        return self.name_zh if is_chinese else self.name_en or self.name_zh


class Retirable(models.Model):
    """A row that history refers to: taken out of use by a day, never deleted."""

    retired_at = models.DateTimeField(_("out of use since"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class TreeNode(Named, Retirable):
    """A row of a tree that knows its whole path, `/1/5/9/`, its own id last.

    The path is kept by a database trigger (migration `0002_tree_paths`), so that bulk writes
    keep it too; a branch is `path__startswith`.
    """

    path = models.CharField(max_length=400, blank=True, editable=False, db_index=True)

    class Meta:
        abstract = True
