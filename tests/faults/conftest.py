"""Fault tests kill real processes. `make test-faults` runs them; `make test` leaves them out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.plant import SCALE, Plant, figures, running_plant


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/faults" in str(item.path):
            item.add_marker(pytest.mark.fault)


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with running_plant(tmp_path) as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if figures:
        terminalreporter.section(f"promises, at scale {SCALE:g}")
        for figure in figures:
            terminalreporter.write_line(figure)
