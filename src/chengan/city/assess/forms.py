"""Forms of the register."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models import Control, Hazard, Method
from chengan.city.assess.models.risk import MOST_FIGURE, MOST_PEOPLE
from chengan.city.places import api as places
from chengan.core.risk import checklist
from chengan.core.tables.major_hazards import TONNE, Tables

ANSWERS = (
    (checklist.PASSED, _("in order")),
    (checklist.FAILED, _("not in order")),
    (checklist.NOT_APPLICABLE, _("does not apply")),
)
STATES = (("inherent", _("Without controls")), ("residual", _("With controls")))
SUBSTANCES = 6
MOST_SUBSTANCES = 60


def word(pair: Any) -> str:
    """Give a [Chinese, English] pair in the page's language."""
    zh, en = pair[0], pair[1] if len(pair) > 1 else ""
    return str(zh if (get_language() or "zh").startswith("zh") else en or zh)


class RiskForm(forms.Form):
    """A risk found at an object."""

    hazard = forms.ChoiceField(label=_("Hazard"))
    place_note = forms.CharField(label=_("Where exactly"), max_length=200, required=False)
    description = forms.CharField(
        label=_("What was seen"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    exposed_people = forms.IntegerField(
        label=_("People exposed"), min_value=0, max_value=MOST_PEOPLE, required=False
    )
    loss_per_year = forms.FloatField(
        label=_("Expected loss a year, 10,000 yuan"),
        min_value=0,
        max_value=MOST_FIGURE,
        required=False,
    )
    area_m2 = forms.FloatField(
        label=_("Area it stands for, m²"), min_value=0, max_value=MOST_FIGURE, required=False
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str = "", **more: Any) -> None:
        """Offer the hazards that are typical of the kind first, then the others by sector."""
        super().__init__(*args, **more)
        hazards = (
            Hazard.objects.filter(library__retired_at=None)
            .select_related("library")
            .order_by("library__code", "id")
        )
        typical = [each for each in hazards if kind in each.object_kinds]
        groups: dict[str, list[tuple[str, str]]] = {}
        if typical:
            groups[str(_("Typical here"))] = [self._choice(each) for each in typical]
        for each in hazards:
            if each not in typical:
                name = word([each.library.name_zh, each.library.name_en])
                groups.setdefault(name, []).append(self._choice(each))
        self.fields["hazard"].choices = [("", "—"), *groups.items()]  # type: ignore[attr-defined]

    @staticmethod
    def _choice(each: Hazard) -> tuple[str, str]:
        name = word([each.name_zh, each.name_en])
        return each.code, f"{name} ({word([each.accident_zh, each.accident_en])})"


class CorrectForm(forms.Form):
    """What may be corrected of a registered risk; `seen` remembers the row it was opened with."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    place_note = RiskForm.base_fields["place_note"]
    description = RiskForm.base_fields["description"]
    exposed_people = RiskForm.base_fields["exposed_people"]
    loss_per_year = RiskForm.base_fields["loss_per_year"]
    area_m2 = RiskForm.base_fields["area_m2"]
    lon = forms.FloatField(label=_("Longitude (WGS 84)"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (WGS 84)"), min_value=-90, max_value=90)


class ControlForm(forms.ModelForm):  # type: ignore[type-arg]
    """A control of a risk."""

    class Meta:
        model = Control
        fields = [
            "kind",
            "name_zh",
            "name_en",
            "owner",
            "responsible",
            "status",
            "effect",
            "evidence",
            "lapse_date",
        ]
        widgets = {
            "evidence": forms.Textarea(attrs={"rows": 2}),
            "lapse_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, by: places.Somebody, **more: Any) -> None:
        """Offer the organisations that the user sees as owners."""
        super().__init__(*args, **more)
        self.fields["owner"].queryset = places.visible_organisations(by)  # type: ignore[attr-defined]
        kept = (Control.Status.PLANNED, Control.Status.IN_FORCE, Control.Status.LAPSED)
        self.fields["status"].choices = [(each.value, each.label) for each in kept]  # type: ignore[attr-defined]


class AssessForm(forms.Form):
    """Inputs of one method for both states; fields are made from the method's definition."""

    note = forms.CharField(
        label=_("Grounds"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, method: Method, **more: Any) -> None:
        """Make the fields."""
        self.method = method
        super().__init__(*args, **more)
        self.substances = self._room()
        for state, _label in STATES:
            getattr(self, f"_{method.kind}", self._text)(state)

    def clean(self) -> dict[str, Any]:
        """Refuse a substance that stands in its row by halves."""
        data = super().clean() or self.cleaned_data
        if self.method.kind == Method.Kind.MAJOR_HAZARD:
            for state, _label in STATES:
                for n in range(self.substances):
                    self._check_substance(state, n)
        return data

    def _check_substance(self, state: str, n: int) -> None:
        name, category, amount = (
            self.cleaned_data.get(f"{state}_{field}{n}") for field in ("name", "category", "amount")
        )
        if not name and not category:
            if amount is not None:
                self.add_error(f"{state}_name{n}", _("Name the substance or its category."))
            return
        if amount is None and f"{state}_amount{n}" not in self.errors:
            self.add_error(f"{state}_amount{n}", _("How much? Without it there is no grade."))
        if name and not category and self.tables().substance(name).beta is None:
            text = _("Table 3 gives no factor for “%s”: name its category of table 2.")
            self.add_error(f"{state}_category{n}", text % name)

    def _room(self) -> int:
        """Rows of substances: all that are filled in, and two more."""
        given = self.data if self.is_bound else self.initial
        filled = [
            n
            for n in range(MOST_SUBSTANCES)
            for state, _label in STATES
            for field in ("name", "category", "amount")
            if given.get(f"{state}_{field}{n}") not in {None, ""}
        ]
        return min(max(SUBSTANCES, max(filled, default=0) + 3), MOST_SUBSTANCES)

    def sides(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Give the fields of each state: code, word, fields."""
        return [
            (
                state,
                str(label),
                [self[name] for name in self.fields if name.startswith(f"{state}_")],
            )
            for state, label in STATES
        ]

    def inputs(self) -> dict[str, Any]:
        """Give what the method takes, for both states."""
        reader = getattr(self, f"_read_{self.method.kind}", self._read_text)
        return {state: reader(state) for state, _label in STATES}

    def _product(self, state: str) -> None:
        for each in self.method.definition["factors"]:
            steps = [(f"{step[0]:g}", f"{step[0]:g} · {word(step[1:])}") for step in each["steps"]]
            self.fields[f"{state}_{each['code']}"] = forms.ChoiceField(
                label=f"{each['code']} · {word(each['name'])}", choices=[("", "—"), *steps]
            )

    _matrix = _product

    def _read_product(self, state: str) -> dict[str, Any]:
        codes = [each["code"] for each in self.method.definition["factors"]]
        return {code: float(self.cleaned_data[f"{state}_{code}"]) for code in codes}

    _read_matrix = _read_product

    def _checklist(self, state: str) -> None:
        for each in self.method.definition["items"]:
            self.fields[f"{state}_{each['code']}"] = forms.TypedChoiceField(
                label=f"{word(each['name'])} (×{each['weight']:g})",
                choices=[("", "—"), *ANSWERS],
                coerce=int,
            )

    def _read_checklist(self, state: str) -> dict[str, Any]:
        items = self.method.definition["items"]
        return {
            "answers": {
                each["code"]: self.cleaned_data[f"{state}_{each['code']}"] for each in items
            }
        }

    def tables(self) -> Tables:
        """Give the tables of the method's edition."""
        from chengan.city.assess.services import hazard_tables

        return hazard_tables.tables_of(self.method.definition)

    def _major_hazard(self, state: str) -> None:
        self.fields[f"{state}_people"] = forms.IntegerField(
            label=_("People within 500 m outside the fence"), min_value=0
        )
        tables = self.tables()
        names = [
            (
                each.name,
                f"{each.name} · {each.threshold / TONNE:g} t"
                + (f" · β {each.beta:g}" if each.beta is not None else ""),
            )
            for each in tables.substances
        ]
        categories = [
            (code, f"{code} · {kg / TONNE:g} t") for code, (kg, _beta) in tables.categories.items()
        ]
        for n in range(self.substances):
            self.fields[f"{state}_name{n}"] = forms.ChoiceField(
                label=_("Substance of table 1"), required=False, choices=[("", "—"), *names]
            )
            self.fields[f"{state}_category{n}"] = forms.ChoiceField(
                label=_("Its category of table 2"),
                required=False,
                choices=[("", "—"), *categories],
            )
            self.fields[f"{state}_amount{n}"] = forms.FloatField(
                label=_("Design maximum, t"), required=False, min_value=0
            )

    def _read_major_hazard(self, state: str) -> dict[str, Any]:
        data = self.cleaned_data
        rows = [
            {
                "name": data[f"{state}_name{n}"],
                "category": data[f"{state}_category{n}"],
                "amount_t": data[f"{state}_amount{n}"],
            }
            for n in range(self.substances)
            if data[f"{state}_name{n}"] or data[f"{state}_category{n}"]
        ]
        return {"people": data[f"{state}_people"], "substances": rows}

    def _text(self, state: str) -> None:
        example = (
            "漏气爆炸 = AND(泄漏, 点火)\n泄漏 = 0.001\n点火 = 0.1"
            if self.method.kind == Method.Kind.FAULT_TREE
            else "threat 腐蚀 = 0.1 | 0.01\nconsequence 火灾 = 0.3 | 0.1"
        )
        self.fields[f"{state}_text"] = forms.CharField(
            label=_("One line a gate, event or branch"),
            widget=forms.Textarea(attrs={"rows": 8, "placeholder": example}),
            help_text=_("For example: %s") % example.replace("\n", " ⏎ "),
        )

    def _read_text(self, state: str) -> dict[str, Any]:
        from chengan.city.assess.services import trees

        text = self.cleaned_data[f"{state}_text"]
        if self.method.kind == Method.Kind.FAULT_TREE:
            return {"tree": trees.tree(text)}
        return {"bow_tie": trees.bow_tie(text)}


def initial(inputs: dict[str, Any], method: Method) -> dict[str, Any]:
    """Give the form's content for the inputs of an earlier assessment."""
    from chengan.city.assess.services import trees

    found: dict[str, Any] = {}
    for state, given in inputs.items():
        for code, value in given.get("answers", {}).items():
            found[f"{state}_{code}"] = value
        for n, row in enumerate(given.get("substances", [])):
            found |= {
                f"{state}_name{n}": row.get("name"),
                f"{state}_category{n}": row.get("category"),
                f"{state}_amount{n}": row.get("amount_t"),
            }
        if "people" in given:
            found[f"{state}_people"] = given["people"]
        if text := trees.as_text(given):
            found[f"{state}_text"] = text
        for each in method.definition.get("factors", []):
            if each["code"] in given:
                found[f"{state}_{each['code']}"] = f"{given[each['code']]:g}"
    return found


class QuestionForm(forms.Form):
    """A question to a network model."""

    def __init__(self, *args: Any, engine: str, links: list[str], **more: Any) -> None:
        """Offer what the engine knows."""
        super().__init__(*args, **more)
        kinds = [("burst", _("A pipe bursts")), ("close", _("A pipe, pump or valve is closed"))]
        if engine == "drainage":
            kinds = [("storm", _("A storm falls")), ("close", _("A pipe or pump is blocked"))]
        if engine == "lines":
            kinds = [("close", _("A line is cut or closed"))]
        self.fields["kind"] = forms.ChoiceField(label=_("What happens"), choices=kinds)
        self.fields["link"] = forms.ChoiceField(
            label=_("Where"),
            required=engine != "drainage",
            choices=[("", "—"), *[(each, each) for each in links]],
        )
        if engine == "lines":
            return
        self.fields["hours"] = forms.FloatField(
            label=_("Hours to follow"), initial=24, min_value=1, max_value=168
        )
        if engine == "water":
            self.fields["needed_m"] = forms.FloatField(
                label=_("Pressure that customers need, m"),
                initial=14,
                min_value=1,
                max_value=100,
                help_text=_("14 m is commonly named, unverified [R]: the city's to set."),
            )
            self.fields["opening"] = forms.FloatField(
                label=_("Opening of the burst, share of the pipe"),
                initial=0.2,
                min_value=0.01,
                max_value=1,
                help_text=_("Ours [D]."),
            )
        else:
            self.fields["mm_per_h"] = forms.FloatField(
                label=_("Rain, mm an hour"), initial=50, min_value=1, max_value=300
            )
            self.fields["storm_h"] = forms.FloatField(
                label=_("Lasts, h"), initial=1, min_value=0.1, max_value=48
            )
