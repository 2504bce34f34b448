"""Precomputed layers of the four-colour map: sums by cell or area, and finished answers."""

from django.db import models


class CellCount(models.Model):
    """One day's sums of one cell (or area) within one area; derived, rebuilt whole.

    `scheme` is h3_7 … h3_10, grid, street or district; `key` the cell as an integer or the area's
    id. By current level `n2`…`n5` are counts, `w2`…`w5` sums of known areas and `u2`…`u5` counts of
    risks whose area is unknown; `losses` counts risks whose loss is known.
    """

    day = models.DateField()
    scheme = models.CharField(max_length=8)
    key = models.BigIntegerField()
    area_path = models.CharField(max_length=400, blank=True)
    n2 = models.IntegerField(default=0)
    n3 = models.IntegerField(default=0)
    n4 = models.IntegerField(default=0)
    n5 = models.IntegerField(default=0)
    w2 = models.FloatField(default=0)
    w3 = models.FloatField(default=0)
    w4 = models.FloatField(default=0)
    w5 = models.FloatField(default=0)
    u2 = models.IntegerField(default=0)
    u3 = models.IntegerField(default=0)
    u4 = models.IntegerField(default=0)
    u5 = models.IntegerField(default=0)
    loss = models.FloatField(default=0)
    losses = models.IntegerField(default=0)
    objects_seen = models.IntegerField(default=0)
    objects_all = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["day", "scheme", "area_path"], name="cell_count_day")]


class Layer(models.Model):
    """A finished answer: columns as compressed JSON, for one day, scheme and ground."""

    day = models.DateField()
    scheme = models.CharField(max_length=8)
    area_path = models.CharField(max_length=400, blank=True)
    body = models.BinaryField()
    built_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "scheme", "area_path"], name="layer_once")
        ]
