"""The shop's customers in our database, as a sync brought them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app import db
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from app.viewer import Viewer
from tests.support import words
from wecom_simulator import Simulator

WANG_JIE = "wmWangJie0000000000000000000001"


@pytest.fixture
def shop(
    app: Flask,
    clock: Callable[[timedelta], None],
    people: Callable[[str], Viewer],
    simulator: Simulator,
    run_jobs: Callable[[], int],
) -> Simulator:
    """Members, tags and customers are synced; a word list is published; time stands still."""
    words.publish()
    with db.transaction() as session:
        for kind in (Kind.TAGS, Kind.CUSTOMERS):
            runs.start(session, kind, started_by="tests")
    run_jobs()
    return simulator
