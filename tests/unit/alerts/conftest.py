from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT, Home
from tests.receivers import Hook, Mailbox, free_port, http_server, mail_server
from tests.unit.alerts.house import House


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture
def house(tmp_path: Path, catalog: Catalog) -> House:
    return House(Home(tmp_path / "home", PROJECT / "data_contracts").create(), catalog)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server(Mailbox(free_port())) as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    with http_server(Hook(free_port())) as one:
        yield one
