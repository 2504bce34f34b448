"""Rows of close: hidden dangers, their steps, photos, deadlines and extensions."""

from chengan.city.close.models.danger import HiddenDanger
from chengan.city.close.models.deadline import DangerDeadline, Extension
from chengan.city.close.models.step import DangerPhoto, DangerStep

__all__ = ["DangerDeadline", "DangerPhoto", "DangerStep", "Extension", "HiddenDanger"]
