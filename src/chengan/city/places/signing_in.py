"""How people sign in: no public sign-up, and a lock after five failures (allauth's adapters)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.places.services import accounts


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Local accounts."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse: accounts are made by those who manage users."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a locked account, whatever the password."""
        super().pre_authenticate(request, **credentials)
        name = credentials.get("username") or ""
        if accounts.is_locked(username=name, at=timezone.now()):  # noqa: TID251 - a door's clock
            raise ValidationError(_("Too many failed attempts: try again in 15 minutes."))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure; the audit trail keeps it."""
        super().authentication_failed(request, **credentials)
        name = credentials.get("username") or ""
        accounts.count_failure(username=name, at=timezone.now())  # noqa: TID251 - a door's clock

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in and begin counting anew."""
        super().login(request, user)
        accounts.forget_failures(user=user)  # type: ignore[arg-type]


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The city's own sign-in (OIDC): a first-time visitor gets an account without grants."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Allow: whoever the city's sign-in vouches for, sees nothing until granted a role."""
        return True
