"""Assess's front door."""

from datetime import datetime

from chengan.city.assess.engines.process import ask as ask_engine
from chengan.city.assess.errors import (
    AssessError,
    BadDefinition,
    BadInputs,
    Duplicate,
    EngineFailed,
    NotWaiting,
    NotYours,
    Stale,
)
from chengan.city.assess.messages import of as said
from chengan.city.assess.messages import shown as said_again
from chengan.city.assess.messages import stored as said_for_later
from chengan.city.assess.models import (
    Assessment,
    Control,
    Hazard,
    HazardLibrary,
    Level,
    LevelChange,
    LivingRule,
    Mark,
    Method,
    Rating,
    Rerating,
    Risk,
    RiskImport,
)
from chengan.city.assess.selectors import layers as layer_reads
from chengan.city.assess.selectors.register import (
    answering,
    counts,
    page,
    visible_controls,
    visible_ratings,
    visible_risks,
)
from chengan.city.assess.selectors.register import filtered as filtered_ratings
from chengan.city.assess.services import libraries, methods
from chengan.city.assess.services.assessing import approve, review, write
from chengan.city.assess.services.due import sweep
from chengan.city.assess.services.following import run_risk
from chengan.city.assess.services.importing import keep_file as keep_import
from chengan.city.assess.services.importing import run as run_import
from chengan.city.assess.services.layers import rebuild
from chengan.city.assess.services.leaks import (
    LeakModel,
    Suspect,
    Suspects,
    leak_model,
    likely_pipes,
)
from chengan.city.assess.services.living import take_facts
from chengan.city.assess.services.plumes import LEAST_WIND, SUBSTANCES, plume
from chengan.city.assess.services.registering import register
from chengan.city.assess.services.rerating import rate_many
from chengan.city.assess.services.rerating import run as run_rerating
from chengan.city.assess.services.sample import load as load_sample
from chengan.city.assess.services.siting.calculating import calculate as calculate_site
from chengan.city.assess.services.siting.picture import png as site_map
from chengan.city.assess.services.siting.sample import load as load_sample_sites


def lay(at: datetime) -> None:
    """Put methods, libraries and living rules in force where there are none of that code yet."""
    methods.lay(at)
    libraries.lay(at)


layer = layer_reads.body

__all__ = [
    "LEAST_WIND",
    "SUBSTANCES",
    "AssessError",
    "Assessment",
    "BadDefinition",
    "BadInputs",
    "Control",
    "Duplicate",
    "EngineFailed",
    "Hazard",
    "HazardLibrary",
    "LeakModel",
    "Level",
    "LevelChange",
    "LivingRule",
    "Mark",
    "Method",
    "NotWaiting",
    "NotYours",
    "Rating",
    "Rerating",
    "Risk",
    "RiskImport",
    "Stale",
    "Suspect",
    "Suspects",
    "answering",
    "approve",
    "ask_engine",
    "calculate_site",
    "counts",
    "filtered_ratings",
    "keep_import",
    "lay",
    "layer",
    "leak_model",
    "likely_pipes",
    "load_sample",
    "load_sample_sites",
    "page",
    "plume",
    "rate_many",
    "rebuild",
    "register",
    "review",
    "run_import",
    "run_rerating",
    "run_risk",
    "said",
    "said_again",
    "said_for_later",
    "site_map",
    "sweep",
    "take_facts",
    "visible_controls",
    "visible_ratings",
    "visible_risks",
    "write",
]
