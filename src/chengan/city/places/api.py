"""The ground's front door."""

from chengan.city.places.errors import (
    BadObject,
    BadPassword,
    BeyondScope,
    NameTaken,
    NoSuch,
    PlacesError,
    WrongState,
)
from chengan.city.places.export import Cell
from chengan.city.places.export import answer as table_file
from chengan.city.places.models import (
    Area,
    CityObject,
    ImportJob,
    Network,
    ObjectKind,
    Organisation,
    User,
)
from chengan.city.places.permissions import Permission
from chengan.city.places.readers import Preview, ReaderError, RowError
from chengan.city.places.selectors import (
    Holder,
    Near,
    Scope,
    Somebody,
    duty_holders,
    get_object,
    is_empty,
    kinds,
    may,
    objects_near,
    organisation_by_code,
    require,
    scope,
    user_ids_in,
    visible_areas,
    visible_objects,
    visible_organisations,
    visible_people,
    visible_users,
)
from chengan.city.places.services.accounts import (
    account,
    account_lines,
    create_account,
    grant,
    revoke,
    set_open,
    set_password,
)
from chengan.city.places.services.importing import cancel as cancel_import
from chengan.city.places.services.importing import keep_file, look
from chengan.city.places.services.importing import queue as queue_import
from chengan.city.places.services.objects import ObjectRow, Outcome, Rejected, upsert_objects
from chengan.city.places.services.roles import seed_roles
from chengan.city.places.services.sample import ensure_kinds, load_sample
from chengan.city.places.services.trees import put_area, put_organisation

__all__ = [
    "Area",
    "BadObject",
    "BadPassword",
    "BeyondScope",
    "Cell",
    "CityObject",
    "Holder",
    "ImportJob",
    "NameTaken",
    "Near",
    "Network",
    "NoSuch",
    "ObjectKind",
    "ObjectRow",
    "Organisation",
    "Outcome",
    "Permission",
    "PlacesError",
    "Preview",
    "ReaderError",
    "Rejected",
    "RowError",
    "Scope",
    "Somebody",
    "User",
    "WrongState",
    "account",
    "account_lines",
    "cancel_import",
    "create_account",
    "duty_holders",
    "ensure_kinds",
    "get_object",
    "grant",
    "is_empty",
    "keep_file",
    "kinds",
    "load_sample",
    "look",
    "may",
    "objects_near",
    "organisation_by_code",
    "put_area",
    "put_organisation",
    "queue_import",
    "require",
    "revoke",
    "scope",
    "seed_roles",
    "set_open",
    "set_password",
    "table_file",
    "upsert_objects",
    "user_ids_in",
    "visible_areas",
    "visible_objects",
    "visible_organisations",
    "visible_people",
    "visible_users",
]
