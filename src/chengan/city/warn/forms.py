"""The form of a limit set: levels above and below, holds, rate, stuck, source."""

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengan.city.warn.models import LimitSet, Severity
from chengan.city.warn.services.overriding import Figures

LEVELS = tuple(Severity.values)
WITHOUT: dict[str, Any] = {
    "rate_severity": 0, "anomaly_severity": 0, "anomaly_a_year": 1.0, "step_severity": 0,
    "step_window_s": 10.0, "step_usual": 0.0, "joint_severity": 0, "joint_scope": "object",
    "release_severity": 0,
}  # fmt: skip
"""Fields that may stay empty, and what they then mean."""


BEYOND = ("anomaly_", "step_", "joint_", "release_")
"""What is watched without a limit."""


class LimitForm(forms.Form):
    """Figures in the set's own unit; an empty level is not watched."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    hysteresis = forms.FloatField(label=_("Hysteresis"), min_value=0)
    hold_s = forms.FloatField(label=_("Beyond for, s"), min_value=0)
    clear_hold_s = forms.FloatField(label=_("Back for, s"), min_value=0)
    rate_per_s = forms.FloatField(label=_("Rate of change, per s"), required=False, min_value=0)
    rate_severity = forms.TypedChoiceField(
        label=_("Level of a fast change"), coerce=int, empty_value=None, required=False, choices=()
    )
    stuck_s = forms.FloatField(label=_("Stuck after, s (0: never)"), min_value=0)
    stuck_epsilon = forms.FloatField(label=_("Stuck within"), min_value=0)
    silent_factor = forms.FloatField(label=_("Silent after, intervals"), min_value=1)
    anomaly_severity = forms.TypedChoiceField(
        label=_("Level of the unusual"), coerce=int, empty_value=None, required=False, choices=(),
        help_text=_("Alarms when readings are unlike the stream's own past, limits or not."),
    )  # fmt: skip
    anomaly_a_year = forms.FloatField(
        label=_("False ones allowed a year, each sensor"), required=False, min_value=0.01,
        max_value=1000, initial=1,
        help_text=_("Fewer is calmer: 1,000 sensors with 1 a year give about 3 a day."),
    )  # fmt: skip
    step_severity = forms.TypedChoiceField(
        label=_("Level of a step"), coerce=int, empty_value=None, required=False, choices=(),
        help_text=_("Alarms once when the level has moved and stays; what comes back is a spike."),
    )  # fmt: skip
    step_window_s = forms.FloatField(
        label=_("Window of a step, s"), required=False, min_value=0.1, max_value=86_400, initial=10,
        help_text=_("The level is the median of a window; a step is told after six of them."),
    )  # fmt: skip
    step_usual = forms.FloatField(
        label=_("Moved by ordinary loads"), required=False, min_value=0, initial=0,
        help_text=_("How far a load that stands for a while moves the level, from a load test."),
    )  # fmt: skip
    joint_severity = forms.TypedChoiceField(
        label=_("Level of leaving the others"), coerce=int, empty_value=None, required=False,
        choices=(), help_text=_("Alarms when a reading leaves what those that move with it let "
                                "expect; each of them must be asked for."),
    )  # fmt: skip
    joint_scope = forms.ChoiceField(
        label=_("Judged together"), choices=LimitSet.JointScope.choices, required=False
    )
    release_severity = forms.TypedChoiceField(
        label=_("Level of a release of gas"), coerce=int, empty_value=None, required=False,
        choices=(), help_text=_("Methane: reads sensors within 100 m of each other together, "
                                "with the wind or by the order in which they rise, and names "
                                "the likely source."),
    )  # fmt: skip
    source = forms.CharField(label=_("Source or reason"), widget=forms.Textarea(attrs={"rows": 2}))
    mark = forms.ChoiceField(label=_("How sure"), choices=LimitSet.Mark.choices)

    def __init__(self, *args: Any, **more: Any) -> None:
        """Add a field for each level above and below."""
        super().__init__(*args, **more)
        chosen = [("", _("none")), *Severity.choices]
        for name in (each for each in WITHOUT if each.endswith("_severity")):
            self.fields[name].choices = chosen  # type: ignore[attr-defined]
        for side, word in (("high", _("Above")), ("low", _("Below"))):
            for level in LEVELS:
                self.fields[f"{side}_{level}"] = forms.FloatField(
                    label=f"{word} · {Severity(level).label}", required=False
                )

    def side(self, name: str) -> list[forms.BoundField]:
        """The fields of one side (`high` or `low`), red first."""
        return [self[f"{name}_{level}"] for level in reversed(LEVELS)]

    @property
    def above(self) -> list[forms.BoundField]:
        """Fields of the upper limits."""
        return self.side("high")

    @property
    def below(self) -> list[forms.BoundField]:
        """Fields of the lower limits."""
        return self.side("low")

    @property
    def others(self) -> list[forms.BoundField]:
        """How a limit is held to, and where it comes from."""
        elsewhere = ("high_", "low_", "version", *BEYOND)
        return [self[name] for name in self.fields if not name.startswith(elsewhere)]

    @property
    def beyond(self) -> list[forms.BoundField]:
        """What is watched without a limit: its own past, steps, those it moves with."""
        return [self[name] for name in self.fields if name.startswith(BEYOND)]

    def clean(self) -> dict[str, Any]:
        """Ask for a level where there is a rate, and for a rate where there is a level."""
        given = super().clean() or {}
        if (given.get("rate_per_s") is None) != (not given.get("rate_severity")):
            self.add_error("rate_severity", _("A rate needs a level, and a level needs a rate."))
        return given

    def figures(self) -> Figures:
        """What was entered."""
        given = self.cleaned_data
        plain = {
            each.name: given[each.name]
            for each in fields(Figures)
            if each.name not in {"high", "low", *WITHOUT}
        }
        return Figures(
            high=self._levels("high"),
            low=self._levels("low"),
            **{name: given[name] or nothing for name, nothing in WITHOUT.items()},
            **plain,
        )

    def _levels(self, side: str) -> dict[str, float]:
        given = {str(level): self.cleaned_data[f"{side}_{level}"] for level in LEVELS}
        return {level: figure for level, figure in given.items() if figure is not None}


def initial(limit_set: LimitSet) -> dict[str, Any]:
    """The form's content for a version."""
    names = [name for name in LimitForm.base_fields if name != "version"]
    found = {name: getattr(limit_set, name) for name in names}
    found |= {name: found[name] or "" for name in names if name.endswith("_severity")}
    for side in ("high", "low"):
        found |= {f"{side}_{level}": value for level, value in getattr(limit_set, side).items()}
    return found | {"version": limit_set.version}
