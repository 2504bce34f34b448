"""The register's benches measure the product's own ways, small here, and leave nothing behind."""

import pytest

from chengan.city.assess.models import CellCount, LevelChange, Rating, Risk, RiskImport
from chengan.city.site.benches import rerate, risk_import, risk_layer
from tests.city.assess.conftest import analyst, leader, town  # noqa: F401

pytestmark = pytest.mark.django_db


def ran(bench, **options):
    seen = []
    figures = bench.run(options, lambda share, note="": seen.append(share))
    assert seen[-1] == pytest.approx(1.0)
    return figures


@pytest.mark.usefixtures("town")
def test_every_risk_is_rated_anew_in_the_database():
    """FILL gives each risk the milder figures of its scale's steps and blue: some change."""
    figures = ran(rerate, objects="400")
    assert figures["objects"] == 400
    assert 0 < figures["changed"] <= 400
    assert figures["core_s"] >= 0 < figures["database_s"] + 1
    assert not Rating.objects.exists()
    assert not LevelChange.objects.exists()


@pytest.mark.usefixtures("leader")
def test_every_layer_is_asked_for():
    figures = ran(risk_layer, objects="300", times="1", span="0.02")
    assert figures["objects"] == 300
    assert figures["cells"] > 10
    assert figures["p95_ms"] > 0 < figures["largest_kb"] + 1
    assert not CellCount.objects.exists()
    assert not Rating.objects.exists()


@pytest.mark.usefixtures("analyst")
def test_a_table_is_brought_in_with_its_wrong_rows(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    figures = ran(risk_import, rows="200")
    assert (figures["rows"], figures["errors"]) == (200, 2)
    assert not Risk.objects.exists()
    assert not RiskImport.objects.exists()
