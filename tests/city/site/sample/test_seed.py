"""The sample city and its passwords come together, or not at all."""

import json
import stat

import pytest

from chengan.city.places import api as places
from chengan.city.site.sample import seed


@pytest.fixture
def small(monkeypatch):
    """A sample city of one organisation, made as quickly."""

    def create(*, at):
        places.put_organisation(code="city", kind="city", name_zh="市")
        return {"duty": "secret"}

    monkeypatch.setattr(seed, "create", create)


def silent(_step, _state, _detail):
    pass


def test_no_city_stays_whose_passwords_could_not_be_written(small, db, tmp_path):
    with pytest.raises(FileNotFoundError):
        seed.ensure(tmp_path, progress=silent)
    assert places.is_empty()


def test_the_passwords_are_kept_for_their_owner_alone(small, db, tmp_path):
    (tmp_path / "run").mkdir()
    assert seed.ensure(tmp_path, progress=silent) == [("duty", "secret")]
    file = tmp_path / "run" / "sample_accounts.json"
    assert json.loads(file.read_text()) == {"duty": "secret"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert seed.ensure(tmp_path, progress=silent) == [("duty", "secret")]
