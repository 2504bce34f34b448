"""Puts the sample city into an empty database, once."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from chengan.city.assess import api as assess
from chengan.city.close import api as close
from chengan.city.command import api as command
from chengan.city.hub import api as hub
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.site.embedded.folders import write_private
from chengan.city.site.foundation.lay import lay
from chengan.city.site.sample import dangers, risks, siting
from chengan.city.site.sample.load import load
from chengan.city.site.sample.shapes import Account
from chengan.city.warn import api as warn

FOLDER = Path(__file__).resolve().parent
Progress = Callable[[str, str, str], None]


def ensure(data: Path, *, progress: Progress) -> list[tuple[str, str]]:
    """Create the sample city if there is no city yet; give its accounts (name, password)."""
    file = data / "run" / "sample_accounts.json"
    if not places.is_empty():
        return list(json.loads(file.read_text(encoding="utf-8")).items()) if file.exists() else []
    progress("sample", "begun", "")
    with transaction.atomic():  # no city whose passwords nobody knows
        passwords = create(at=datetime.now(UTC))  # noqa: TID251
        write_private(file, json.dumps(passwords))
    progress("sample", "done", "")
    return list(passwords.items())


@transaction.atomic
def create(*, at: datetime) -> dict[str, str]:
    """Load every stage's part of the sample city; give a new password for each account."""
    lay(at)
    sample = load()
    places.load_sample(sample, at)
    hub.load_sample(sample, at)
    sense.load_sample(sample, at)
    assess.load_sample(
        risks.risks(sample.objects),
        risks.dependencies(sample.objects),
        (FOLDER / "water_network.inp").read_text("utf-8"),
        at,
    )
    assess.load_sample_sites(siting.INSTALLATIONS, siting.PROJECTS, at)
    warn.load_sample(sample, at)
    warn.ensure_sample_channels(at, places.organisation_by_code("gas"))
    command.load_sample(sample, at)
    close.load_sample(dangers.DANGERS, at)
    return {account.username: _open(account, at) for account in sample.accounts}


def _open(account: Account, at: datetime) -> str:
    password = secrets.token_urlsafe(9)
    places.create_account(
        username=account.username,
        password=password,
        display_name=account.name_zh,
        role_code=account.role,
        organisation_code=account.organisation,
        person_code=account.person,
        is_sample=True,
        by="sample city",
        at=at,
    )
    return password
