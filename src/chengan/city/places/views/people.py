"""Accounts and grants."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengan.city.places import export, selectors
from chengan.city.places.errors import PlacesError
from chengan.city.places.forms import AccountForm, GrantForm, PasswordForm
from chengan.city.places.models import Grant, User
from chengan.city.places.permissions import Permission
from chengan.city.places.services import accounts, sessions
from chengan.city.places.views import saved

PAGE = 50
LINK = "places_reset_link"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def user_list(request: HttpRequest) -> HttpResponse:
    """Show accounts and what they are granted; take a new one."""
    user: Any = request.user
    selectors.require(user, Permission.MANAGE_USERS)
    form = AccountForm(request.POST or None, by=user)

    def create(given: dict[str, Any]) -> None:
        role, organisation = given.pop("role"), given.pop("organisation")
        accounts.create_account(
            role_code=role.code,
            organisation_code=organisation.code,
            by=user,
            at=timezone.now(),
            **given,
        )

    if request.method == "POST" and _done(request, form, create):
        return redirect("places:users")
    found = _filtered(request, selectors.visible_users(user))
    after = request.GET.get("after", "")
    rows = list(found.filter(id__gt=int(after) if after.isdecimal() else 0).order_by("id")[:51])
    context = {
        "users": rows[:PAGE],
        "after": rows[PAGE - 1].id if len(rows) > PAGE else 0,
        "form": form,
        "now": timezone.now(),
        "roles": selectors.grantable_roles(user),
        "csv": reverse("places:users_export", args=["csv"]),
        "excel": reverse("places:users_export", args=["xlsx"]),
        "saved": saved.of(request, "users"),
    }
    return render(request, "places/user_list.html", context)


@require_GET
@login_required
def user_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered accounts with what they are granted."""
    selectors.require(request.user, Permission.MANAGE_USERS)
    found = _filtered(request, selectors.visible_users(request.user)).order_by("id")
    heads = [_("Account"), _("Name"), _("Granted"), _("State"), _("Last sign-in")]
    return export.answer("accounts", form, heads, map(_cells, found.iterator(chunk_size=500)))


def _cells(user: User) -> list[Any]:
    granted = (f"{each.role.code}@{each.organisation.code}" for each in user.grants.all())
    state = _("open") if user.is_active else _("closed")
    return [user.username, user.display_name, ", ".join(granted), state, user.last_login]


def _filtered(request: HttpRequest, found: QuerySet[User]) -> QuerySet[User]:
    words, role = request.GET.get("q", "").strip()[:100], request.GET.get("role", "")
    if words:
        found = found.filter(Q(username__icontains=words) | Q(display_name__icontains=words))
    if role:
        found = found.filter(id__in=Grant.objects.filter(role__code=role).values("user_id"))
    state = request.GET.get("state", "")
    if state in {"open", "closed"}:
        found = found.filter(is_active=state == "open")
    return found.prefetch_related("grants__role", "grants__organisation")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def user_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one account; grant it a role, set its password, open or close it."""
    by: Any = request.user
    user = _user(request, user_id)
    grant_form, password_form = GrantForm(by=by), PasswordForm()
    if request.method == "POST" and "role" in request.POST:
        grant_form = GrantForm(request.POST, by=by)
        if _done(request, grant_form, lambda given: accounts.grant(user=user, by=by, **given)):
            return redirect("places:user", user.id)
    elif request.method == "POST" and "password" in request.POST:
        password_form = PasswordForm(request.POST)
        if _done(
            request,
            password_form,
            lambda given: accounts.set_password(username=user.username, by=by, **given),
        ):
            return redirect("places:user", user.id)
    now = timezone.now()
    context = {
        "account": user,
        "grant_form": grant_form,
        "password_form": password_form,
        "sessions": sessions.sessions_of(user, now),
        "is_locked": bool(user.locked_until and user.locked_until > now),
        "has_two_steps": is_mfa_enabled(user),
        "link": request.session.pop(LINK, "") if request.method == "GET" else "",
    }
    return render(request, "places/user_page.html", context)


@require_POST
@login_required
def user_open(request: HttpRequest, user_id: int) -> HttpResponse:
    """Open or close an account."""
    is_open = request.POST.get("open") == "1"
    user, by = _user(request, user_id), request.user
    _tried(request, lambda: accounts.set_open(user=user, is_open=is_open, by=by))  # type: ignore[arg-type]
    return redirect("places:user", user_id)


@require_POST
@login_required
def user_unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Lift the lock of failed sign-ins."""
    user, by = _user(request, user_id), request.user
    _tried(request, lambda: accounts.unlock(user=user, by=by))  # type: ignore[arg-type]
    return redirect("places:user", user_id)


@require_POST
@login_required
def user_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Make a link to set a password; it is shown once, on the next page."""
    user, by = _user(request, user_id), request.user

    def make() -> None:
        path = accounts.reset_path(user=user, by=by, at=timezone.now())  # type: ignore[arg-type]
        request.session[LINK] = request.build_absolute_uri(path)

    _tried(request, make)
    return redirect("places:user", user_id)


@require_POST
@login_required
def user_sessions_end(request: HttpRequest, user_id: int) -> HttpResponse:
    """Sign an account out everywhere but here."""
    user, by = _user(request, user_id), request.user
    besides = request.session.session_key or ""

    def end() -> None:
        count = sessions.end_sessions(user=user, by=by, at=timezone.now(), besides=besides)  # type: ignore[arg-type]
        messages.success(request, _("Ended sessions: %(count)d.") % {"count": count})

    _tried(request, end)
    return redirect("places:user", user_id)


@require_POST
@login_required
def grant_revoke(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take a grant away."""
    found = get_object_or_404(Grant.objects.select_related("user"), id=grant_id)
    user = _user(request, found.user_id)
    _tried(request, lambda: accounts.revoke(grant=found, by=request.user))  # type: ignore[arg-type]
    return redirect("places:user", user.id)


def _user(request: HttpRequest, user_id: int) -> User:
    selectors.require(request.user, Permission.MANAGE_USERS)
    return get_object_or_404(selectors.visible_users(request.user), id=user_id)


def _done(request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Say whether the form was right and the service took it; a refusal is put on the form."""
    if not form.is_valid():
        return False
    try:
        act(dict(form.cleaned_data))
    except PlacesError as error:
        form.add_error(None, str(error))
        return False
    return True


def _tried(request: HttpRequest, act: Callable[[], object]) -> None:
    try:
        act()
    except PlacesError as error:
        messages.error(request, str(error))
