"""Lists as somebody likes to see them, kept under a name."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from chengan.city.places.errors import PlacesError
from chengan.city.places.models import SavedView, User

AT_MOST = 50
PASSED_OVER = ("after", "before")


def keep(*, user: User, page: str, name: str, query: str) -> SavedView:
    """Keep the filters of a list under a name; the same name again replaces them.

    Raises
    ------
    PlacesError
        If the name is empty or too long, or there are too many.
    """
    name = name.strip()
    if not 1 <= len(name) <= 60:
        raise PlacesError(_("A view needs a name of 1 to 60 characters."))
    theirs = SavedView.objects.filter(user=user, page=page)
    if theirs.exclude(name=name).count() >= AT_MOST:
        raise PlacesError(_("You keep many views already: remove one first."))
    kept = QueryDict(query[:1000], mutable=True)
    for key in PASSED_OVER:
        kept.pop(key, None)
    made, _new = SavedView.objects.update_or_create(
        user=user, page=page, name=name, defaults={"query": kept.urlencode()[:1000]}
    )
    return made


def forget(*, user: User, view_id: int) -> None:
    """Remove one of the user's own views."""
    SavedView.objects.filter(user=user, id=view_id).delete()
