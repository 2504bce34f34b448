"""Reads of the ground: who may see what, who answers, what is near."""

from chengan.city.places.selectors.areas import area_at
from chengan.city.places.selectors.contacts import on_rosters, people_of
from chengan.city.places.selectors.duties import (
    Holder,
    duty_holders,
    holdings_at,
    next_shifts,
    post_holders,
    posts_of,
    shifts_at,
    substitutes,
)
from chengan.city.places.selectors.objects import (
    Near,
    get_object,
    grantable_roles,
    is_empty,
    kinds,
    objects_near,
    organisation_by_code,
    user_ids_in,
    visible_areas,
    visible_imports,
    visible_objects,
    visible_organisations,
    visible_people,
    visible_users,
)
from chengan.city.places.selectors.saved import saved_views
from chengan.city.places.selectors.scopes import Scope, Somebody, branches, may, require, scope

__all__ = [
    "Holder",
    "Near",
    "Scope",
    "Somebody",
    "area_at",
    "branches",
    "duty_holders",
    "get_object",
    "grantable_roles",
    "holdings_at",
    "is_empty",
    "kinds",
    "may",
    "next_shifts",
    "objects_near",
    "on_rosters",
    "organisation_by_code",
    "people_of",
    "post_holders",
    "posts_of",
    "require",
    "saved_views",
    "scope",
    "shifts_at",
    "substitutes",
    "user_ids_in",
    "visible_areas",
    "visible_imports",
    "visible_objects",
    "visible_organisations",
    "visible_people",
    "visible_users",
]
