"""Rows of the city's ground: areas, organisations, people, accounts, objects, imports."""

from chengan.city.places.models.account import Grant, Role, User
from chengan.city.places.models.area import Area
from chengan.city.places.models.importing import ImportJob
from chengan.city.places.models.objects import CityObject, Network, ObjectKind
from chengan.city.places.models.organisation import Organisation
from chengan.city.places.models.people import Duty, Holding, Person, Post, Shift, Substitute
from chengan.city.places.models.saved import SavedView

__all__ = [
    "Area",
    "CityObject",
    "Duty",
    "Grant",
    "Holding",
    "ImportJob",
    "Network",
    "ObjectKind",
    "Organisation",
    "Person",
    "Post",
    "Role",
    "SavedView",
    "Shift",
    "Substitute",
    "User",
]
