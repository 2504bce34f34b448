"""The report of a review, as a paper: from inputs, result, receipt and signatures alone."""

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from chengan.city.assess.models import SitingProject, SitingReview
from chengan.city.assess.services.siting import picture
from chengan.city.assess.services.siting.words import (
    barrier,
    class_word,
    event,
    note,
    people_indoors,
    share,
    weather_times,
    yearly,
)
from chengan.city.papers import api as papers

FORMS = {"pdf": papers.pdf, "docx": papers.word}


def document(review: SitingReview, form: str, language: str) -> bytes:
    """Give the report as `form` (pdf or docx); the same review gives the same bytes.

    Dated by the review, with the signatures given since.
    """
    with translation.override("zh-hans" if language == "zh" else "en"):
        return FORMS[form](paper(review, language), at=review.made_at)


def paper(review: SitingReview, language: str) -> papers.Paper:
    """Give the report as a value, in the language in force."""
    project = review.project
    inputs, result = review.inputs, review.result
    made = timezone.localtime(review.made_at)
    blocks: list[papers.Block] = [*_summary(project, review)]
    if result.get("verdicts"):
        blocks += _targets(inputs, result)
        blocks.append(
            papers.Picture(
                picture.png(inputs, result, language), _("Individual risk, a year"), width_mm=165
            )
        )
        blocks += [*_causes(result), *_alternatives(result), *_society(inputs, result)]
    blocks += [*_scope(result), *_inputs(inputs), *_signatures(review), *_receipt(review)]
    return papers.Paper(
        title=_("Siting review: %(name)s") % {"name": str(project)},
        subtitle=_("Review %(n)s, %(day)s") % {"n": review.number, "day": f"{made:%Y-%m-%d %H:%M}"},
        mark=_("Sample data") if project.is_sample else "",
        footer=f"{_('Chengan siting review')} · {review.receipt['result_sha256'][:16]}",
        language=language,
        blocks=blocks,
    )


def _summary(project: SitingProject, review: SitingReview) -> list[papers.Block]:
    rows = [
        (_("Siting verdict"), str(SitingReview.Verdict(review.verdict).label)),
        (_("Kind of project"), project.get_kind_display()),
        (_("Builder"), str(project.organisation)),
        (_("People by day / by night"), f"{project.people_day} / {project.people_night}"),
        (_("Criteria"), review.receipt["criteria"]),
    ]
    return [papers.Facts(rows), *([papers.Text(project.about)] if project.about else [])]


def _targets(inputs: dict[str, Any], result: dict[str, Any]) -> list[papers.Block]:
    headers = [
        _("Target"),
        _("Class"),
        _("Risk a year"),
        _("Criterion"),
        _("Siting verdict"),
        _("How sure"),
    ]
    rows = [
        [
            each["target"],
            class_word(each["kind"]),
            yearly(each["risk"]),
            f"{yearly(each['criterion'])} [{each['mark']}]",
            _("meets") if each["passes"] else _("fails"),
            _sure(each["sureness"]),
        ]
        for each in result["verdicts"]
    ]
    sources = sorted({f"[{each['mark']}] {each['source']}" for each in result["verdicts"]})
    return [
        papers.Heading(_("Targets, one by one")),
        papers.Table(headers, rows, [3, 2, 1.6, 2, 1.2, 2.4]),
        *[papers.Text(text, is_note=True) for text in sources],
    ]


def _sure(found: dict[str, Any] | None) -> str:
    if found is None:
        return "–"
    return f"{yearly(found['low'])} – {yearly(found['high'])}"


def _causes(result: dict[str, Any]) -> list[papers.Block]:
    rows = [
        [each["installation"], event(each["failure"], each["event"]), yearly(each["frequency"]),
         yearly(each["risk"]), share(each["share"])]
        for each in result["ranking"][:10]
    ]  # fmt: skip
    headers = [
        _("Installation"),
        _("What happens"),
        _("Frequency a year"),
        _("Risk a year"),
        _("Share"),
    ]
    return [
        papers.Heading(_("What brings the risk to the worst target")),
        papers.Table(headers, rows, [2.4, 3, 1.6, 1.6, 1]),
    ]


def _alternatives(result: dict[str, Any]) -> list[papers.Block]:
    found: list[papers.Block] = []
    for each in result["verdicts"]:
        lines = alternatives(each)
        if lines:
            found += [papers.Heading(each["target"], 2), *[papers.Text(line) for line in lines]]
    return [papers.Heading(_("What would pass")), *found] if found else []


def alternatives(verdict: dict[str, Any]) -> list[str]:
    """Say in words what would let a target pass: move, hold less, a barrier; best first."""
    lines = []
    move = verdict["move"]
    if move and move["metres"] is None:
        lines.append(_("No move within 8 km passes."))
    elif move:
        about = {"m": f"{move['metres']:.0f}", "deg": f"{move['bearing']:.0f}"}
        text = _("Move %(m)s m (bearing %(deg)s°), away from %(name)s.")
        lines.append(text % {**about, "name": move["away_from"]})
    for less in verdict["inventory"]:
        text = (
            _("Hold at most %(share)s of the inventory of %(name)s.")
            if less["factor"] is not None
            else _("No smaller inventory of %(name)s passes.")
        )
        lines.append(text % {"share": share(less["factor"] or 0), "name": less["installation"]})
    for each in sorted(verdict["barriers"], key=lambda one: one["risk"]):
        about = {"name": barrier(each), "risk": yearly(each["risk"])}
        passes = _("passes") if each["passes"] else _("does not pass alone")
        lines.append(_("%(name)s: %(risk)s a year") % about + f", {passes} [{each['mark']}]")
    return lines


def _society(inputs: dict[str, Any], result: dict[str, Any]) -> list[papers.Block]:
    told = result["societal"]
    rows = [[f"{n:.0f}", yearly(f)] for n, f in told["fn"][:: max(1, len(told["fn"]) // 12)]]
    region = {
        "intolerable": _("not tolerable"),
        "alarp": _("to be made as low as practicable"),
        "acceptable": _("acceptable"),
        "unjudged": _("not judged by these criteria"),
    }[told["region"]]
    return [
        papers.Heading(_("Societal risk")),
        papers.Facts(
            [(_("Region of the F–N chart"), region),
             (_("Expected deaths a year"), yearly(told["potential_loss"])),
             (_("Indoors by day / by night"), people_indoors(inputs["options"]) or "–"),
             (_("Weather"), weather_times(inputs["weather"]))]
        ),
        *([papers.Table([_("Deaths, at least"), _("Frequency a year")], rows)] if rows else []),
    ]  # fmt: skip


def _scope(result: dict[str, Any]) -> list[papers.Block]:
    refused = [
        _("%(name)s is outside the scope of GB/T 37243-2019 (%(zh)s): not judged here; the code of "
          "that trade applies.") % each
        for each in result["refused"]
    ]  # fmt: skip
    notes = [*refused, *[note(each) for each in result.get("warnings", [])]]
    if not notes:
        return []
    return [papers.Heading(_("To be noted")), *[papers.Text(note) for note in notes]]


def _inputs(inputs: dict[str, Any]) -> list[papers.Block]:
    headers = [
        _("Installation"),
        "CAS",
        _("Inventory, t"),
        _("How many"),
        _("Barriers"),
        "x, y (m)",
    ]
    rows = [
        [each["name"], each["cas"], f"{each['mass'] / 1000:g}", str(each["count"]),
         ", ".join(each["barriers"]) or "–", f"{each['x']:g}, {each['y']:g}"]
        for each in inputs["installations"]
    ]  # fmt: skip
    weather = inputs["weather"]["source"] or _("unknown: D5 and F1.5 from every direction [R]")
    return [
        papers.Heading(_("What went in")),
        *([papers.Table(headers, rows, [2.5, 1.5, 1.3, 1, 2, 1.7])] if rows else []),
        papers.Text(_("Weather: %(source)s") % {"source": weather}, is_note=True),
    ]


def _signatures(review: SitingReview) -> list[papers.Block]:
    words = {
        "advised": _("Consultant"),
        "recommended": _("Safety office"),
        "decided": _("Decision"),
    }
    rows = [
        [words.get(each.step, each.step), each.by, f"{timezone.localtime(each.at):%Y-%m-%d %H:%M}",
         each.note, each.digest[:16]]
        for each in review.signatures.order_by("id")
    ]  # fmt: skip
    if not rows:
        return [papers.Text(_("Not signed yet."), is_note=True)]
    headers = [_("Role"), _("Signed by"), _("When"), _("Opinion"), _("Digest")]
    return [papers.Heading(_("Signatures")), papers.Table(headers, rows, [1.4, 1.4, 1.6, 4, 1.8])]


def _receipt(review: SitingReview) -> list[papers.Block]:
    told = review.receipt
    libraries = ", ".join(f"{name} {number}" for name, number in told["libraries"].items())
    rows = [
        (_("Inputs, SHA-256"), told["inputs_sha256"]),
        (_("Result, SHA-256"), told["result_sha256"]),
        (_("Software"), f"Chengan {told['software']}; {libraries}"),
        (_("Calculated by"), review.made_by),
    ]
    return [papers.Heading(_("Receipt")), papers.Facts(rows)]
