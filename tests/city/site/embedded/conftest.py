"""Services of their own for these tests: started for the module, on any free ports."""

from collections.abc import Iterator

import pytest

from chengan.city.site.embedded import Choices, Services, start_services


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with start_services(tmp_path_factory.mktemp("city"), choices=Choices(fast=True)) as running:
        yield running
