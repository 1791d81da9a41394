"""Fault tests kill real processes. `make test-faults` runs them; `make test` leaves them out."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.faults.plant import Plant, figures, running_plant


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/faults" in str(item.path):
            item.add_marker(pytest.mark.fault)


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with running_plant(tmp_path) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test measured travels with its report, from whichever process ran it."""
    item.user_properties.extend(("promise", figure) for figure in figures)
    figures.clear()
    return (yield)
