"""The form by which a registered risk is corrected."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengan.city.assess import errors, forms
from chengan.city.assess.services import correcting
from chengan.city.assess.views.register import editable
from chengan.city.places import api as places


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def correct(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Correct a risk's names, place, people, loss and area, unless it changed meanwhile."""
    user: Any = request.user
    risk, status = editable(request, risk_id), 200
    given = {name: getattr(risk, name) for name in correcting.FIELDS}
    opened = given | {"seen": places.fingerprint(risk)}
    form = forms.CorrectForm(request.POST or None, initial=opened)
    if request.method == "POST" and form.is_valid():
        try:
            changed = correcting.correct(risk=risk, by=user, at=timezone.now(), **form.cleaned_data)
        except (errors.AssessError, places.PlacesError) as error:
            form.add_error(
                "place_note" if isinstance(error, errors.Duplicate) else None, str(error)
            )
            status = 409
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
            return redirect("assess:risk", risk.pk)
    return render(request, "assess/risk_edit.html", {"risk": risk, "form": form}, status=status)
