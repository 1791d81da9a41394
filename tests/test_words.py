"""What people read has a Chinese name for every action on record and every job in the queue."""

import ast
from pathlib import Path

import app
from app import outbox
from app.audit.wording import ACTIONS
from app.operations.wording import JOBS

ROOT = Path(app.__file__).parent


def recorded_actions() -> set[str]:
    """Every constant that is handed to `record` as its action."""
    calls = (node for path in ROOT.rglob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    return {
        str(node.args[2].value)
        for node in calls
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "record"
        and len(node.args) > 2
        and isinstance(node.args[2], ast.Constant)
    }


def test_every_recorded_action_has_a_name():
    actions = recorded_actions()
    assert len(actions) > 25
    assert actions - set(ACTIONS) == set()


def test_every_job_has_a_name():
    outbox.register_jobs_of(app)
    ours = {name for name in outbox.names() if not name.startswith("test.")}
    assert ours - set(JOBS) == set()
