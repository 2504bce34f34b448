"""Rows of the risk register, its methods and libraries, and what is derived from them."""

from chengan.city.assess.models.assessment import Assessment, ReviewDue
from chengan.city.assess.models.control import Control
from chengan.city.assess.models.importing import RiskImport
from chengan.city.assess.models.installation import Installation, Standing, WeatherYear
from chengan.city.assess.models.layer import CellCount, Layer
from chengan.city.assess.models.library import Hazard, HazardLibrary
from chengan.city.assess.models.living import LivingRule, Raise
from chengan.city.assess.models.marks import Level, Mark
from chengan.city.assess.models.method import Method, Rerating
from chengan.city.assess.models.outage import Dependency, NetworkFile, OutageRun
from chengan.city.assess.models.risk import LevelChange, Photo, Rating, Risk
from chengan.city.assess.models.siting import (
    Condition,
    SitingProject,
    SitingReview,
    SitingStep,
)
from chengan.city.assess.models.source import CauseFact, SourceMeasure

__all__ = [
    "Assessment",
    "CauseFact",
    "CellCount",
    "Condition",
    "Control",
    "Dependency",
    "Hazard",
    "HazardLibrary",
    "Installation",
    "Layer",
    "Level",
    "LevelChange",
    "LivingRule",
    "Mark",
    "Method",
    "NetworkFile",
    "OutageRun",
    "Photo",
    "Raise",
    "Rating",
    "Rerating",
    "ReviewDue",
    "Risk",
    "RiskImport",
    "SitingProject",
    "SitingReview",
    "SitingStep",
    "SourceMeasure",
    "Standing",
    "WeatherYear",
]
