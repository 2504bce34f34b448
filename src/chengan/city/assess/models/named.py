"""What named rows of assess share."""

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
