"""Accounts and grants; nobody gives or takes more than they hold themselves."""

from datetime import datetime, timedelta
from typing import TypeAlias

import pghistory
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from chengan.city.places import selectors
from chengan.city.places.errors import (
    BadPassword,
    BeyondScope,
    NameTaken,
    NoSuch,
    PlacesError,
    WrongState,
)
from chengan.city.places.models import Grant, Organisation, Person, Role, User
from chengan.city.places.permissions import Permission

By: TypeAlias = User | str  # an account, or the name of who stands at the machine itself
FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)


def create_account(
    *,
    username: str,
    password: str,
    role_code: str,
    organisation_code: str,
    by: By,
    at: datetime,
    display_name: str = "",
    is_sample: bool = False,
    person_code: str = "",
) -> User:
    """Create an account with one role for one organisation, for a person when one is named.

    Raises
    ------
    NameTaken, BadPassword, NoSuch, BeyondScope
    """
    role, organisation = _role(role_code), selectors.organisation_by_code(organisation_code)
    _check_may_give(by, role, organisation)
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(
            _("There is an account “%(name)s” already: choose another name.") % {"name": username}
        )
    user = User(username=username, display_name=display_name, is_sample=is_sample, date_joined=at)
    _put_password(user, password)
    with transaction.atomic(), _said_by(by):
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            raise PlacesError(" ".join(error.messages)) from error
        user.save()
        Grant.objects.create(user=user, role=role, organisation=organisation)
        if person_code and not Person.objects.filter(code=person_code).update(user=user):
            raise NoSuch(_("There is no person “%(code)s”.") % {"code": person_code})
    return user


def set_password(*, username: str, password: str, by: By) -> None:
    """Set a password and lift a lock.

    Raises
    ------
    NoSuch, BadPassword, BeyondScope
    """
    user = account(username)
    check_controls(by, user)
    _put_password(user, password)
    user.failed_logins, user.locked_until = 0, None
    with _said_by(by):
        user.save(update_fields=["password", "failed_logins", "locked_until"])


def set_open(*, user: User, is_open: bool, by: By) -> None:
    """Open or close an account; a closed one cannot sign in and its sessions end.

    Raises
    ------
    BeyondScope
    """
    if not is_open:
        _check_not_oneself(by, user)
    check_controls(by, user)
    with _said_by(by):
        User.objects.filter(id=user.id).update(
            is_active=is_open, failed_logins=0, locked_until=None
        )


def unlock(*, user: User, by: By) -> None:
    """Lift the lock that failed sign-ins have set.

    Raises
    ------
    BeyondScope
    """
    check_controls(by, user)
    with _said_by(by):
        User.objects.filter(id=user.id).update(failed_logins=0, locked_until=None)


def reset_path(*, user: User, by: By, at: datetime) -> str:
    """Give the address under which the holder of an account sets a password, once.

    It is good until the password changes or the account signs in, at most for
    `PASSWORD_RESET_TIMEOUT`; that it was made stands in the audit trail.

    Raises
    ------
    BeyondScope
        Also for oneself: there is a page for that, which asks for the present password.
    WrongState
        If the account is closed.
    """
    _check_not_oneself(by, user)
    check_controls(by, user)
    if not user.is_active:
        raise WrongState(_("This account is closed: open it first."))
    with _said_by(by):
        User.objects.filter(id=user.id).update(reset_link_at=at)
    key = default_token_generator.make_token(user)
    given = {"uidb36": user_pk_to_url_str(user), "key": key}
    return reverse("account_reset_password_from_key", kwargs=given)


def grant(*, user: User, role: Role, organisation: Organisation, by: By) -> Grant:
    """Give `user` a role for an organisation and all below it; twice is once.

    Raises
    ------
    BeyondScope
        If `by` lacks a permission of the role there, or grants to themselves.
    """
    _check_not_oneself(by, user)
    _check_may_give(by, role, organisation)
    with _said_by(by):
        return Grant.objects.get_or_create(user=user, role=role, organisation=organisation)[0]


def revoke(*, grant: Grant, by: By) -> None:
    """Take a grant away.

    Raises
    ------
    BeyondScope
    """
    _check_not_oneself(by, grant.user)
    _check_may_give(by, grant.role, grant.organisation)
    with _said_by(by):
        grant.delete()


def grant_role(*, username: str, role_code: str, organisation_code: str, by: By) -> Grant:
    """Give the account a role for an organisation, all three by name; twice is once.

    Raises
    ------
    NoSuch, BeyondScope
    """
    organisation = selectors.organisation_by_code(organisation_code)
    user, role = account(username), _role(role_code)
    return grant(user=user, role=role, organisation=organisation, by=by)


def revoke_role(*, username: str, role_code: str, organisation_code: str, by: By) -> None:
    """Take a role for an organisation from the account, all three by name.

    Raises
    ------
    NoSuch
        Also if the account does not hold it there.
    BeyondScope
    """
    organisation = selectors.organisation_by_code(organisation_code)
    user, role = account(username), _role(role_code)
    held = Grant.objects.filter(user=user, role=role, organisation=organisation).first()
    if held is None:
        text = _("“%(name)s” does not hold the role “%(role)s” for “%(organisation)s”.")
        given = {"name": user.username, "role": role.code, "organisation": organisation.code}
        raise NoSuch(text % given)
    revoke(grant=held, by=by)


def account(username: str) -> User:
    """Give the account of this name (case does not matter).

    Raises
    ------
    NoSuch
    """
    try:
        return User.objects.get(username__iexact=username)
    except User.DoesNotExist as error:
        raise NoSuch(_("There is no account “%(name)s”.") % {"name": username}) from error


def account_lines() -> list[str]:
    """One line an account: name, state, what it is granted and where."""
    found = User.objects.order_by("username").prefetch_related(
        "grants__role", "grants__organisation"
    )
    return [
        f"{user.username}\t{'open' if user.is_active else 'closed'}\t"
        + ", ".join(f"{each.role.code}@{each.organisation.code}" for each in user.grants.all())
        for user in found
    ]


def count_failure(*, username: str, at: datetime) -> None:
    """Count a failed sign-in; the fifth locks the account for a quarter of an hour."""
    found = User.objects.filter(username__iexact=username)
    found.update(failed_logins=F("failed_logins") + 1)
    found.filter(failed_logins__gte=FAILURES_ALLOWED).update(
        failed_logins=0, locked_until=at + LOCKED_FOR
    )


def forget_failures(*, user: User) -> None:
    """Begin counting anew after a good sign-in."""
    User.objects.filter(id=user.id).exclude(failed_logins=0).update(failed_logins=0)


def is_locked(*, username: str, at: datetime) -> bool:
    """Say whether the account is locked at `at`."""
    return User.objects.filter(username__iexact=username, locked_until__gt=at).exists()


def check_controls(by: By, user: User) -> None:
    """Refuse unless `by` could have granted everything that `user` holds.

    Otherwise setting a password would be a way to somebody else's permissions.

    Raises
    ------
    BeyondScope
    """
    if isinstance(by, str):
        return
    if not selectors.may(by, Permission.MANAGE_USERS):
        raise BeyondScope(_("You do not manage accounts."))
    for each in user.grants.select_related("role", "organisation"):
        _check_may_give(by, each.role, each.organisation)


def _check_may_give(by: By, role: Role, organisation: Organisation) -> None:
    if isinstance(by, str):
        return
    for permission in [Permission.MANAGE_USERS, *role.permissions]:
        if not selectors.may(by, permission, organisation):
            text = _(
                "%(role)s for %(organisation)s needs “%(permission)s” there, which you do not "
                "hold yourself."
            )
            given = {"role": role, "organisation": organisation}
            raise BeyondScope(text % {**given, "permission": Permission(permission).label})


def _check_not_oneself(by: By, user: User) -> None:
    if isinstance(by, User) and by.pk == user.pk:
        raise BeyondScope(_("Nobody does this to their own account: ask another administrator."))


def _role(code: str) -> Role:
    try:
        return Role.objects.get(code=code)
    except Role.DoesNotExist as error:
        codes = ", ".join(Role.objects.order_by("code").values_list("code", flat=True))
        text = _("There is no role “%(code)s”: use one of %(codes)s.")
        raise NoSuch(text % {"code": code, "codes": codes}) from error


def _put_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadPassword(" ".join(error.messages)) from error
    user.set_password(password)


def _said_by(by: By) -> pghistory.context:
    return pghistory.context(by=by if isinstance(by, str) else by.get_username())
