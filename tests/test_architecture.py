"""The rules of the house that a reader relies on without opening every file. See docs/architecture.md."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import app
from app import outbox
from app.http import PUBLIC, routes

ROOT = Path(__file__).parents[1]
CODE = ("app", "sensitive_words", "scripts_library", "wecom_simulator")
LARGEST_FILE = 400
"""Lines that can be read in one sitting."""

FORBIDDEN_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "manager",
    "managers",
    "misc",
    "base",
    "service",
}
ROOMS_WITHOUT_FLASK = {"models", "queries", "actions", "jobs", "schemas"}
ROOMS_WITHOUT_WECOM_CALLS = {"models", "queries", "schemas"}

HEIGHT = {"models": 0, "schemas": 1, "queries": 2, "actions": 3, "jobs": 4, "api": 4}

OPENS_TRANSACTIONS = re.compile(
    r"app/(?:\w+/(?:api|jobs)(?:/\w+)?|callbacks/\w+|outbox/\w+|sync_runs/jobs|cli|worker|relay|demo)\.py"
)
"""Where `db.transaction()` may open: the edges, and nothing that an edge calls."""

TRANSACTIONS_ELSEWHERE = {
    "app/db.py": "defines it",
    "app/compliance/hits.py": "the record of a refusal outlives the rollback that the refusal causes",
    "app/compliance/lexicon.py": "reloads by itself, outside every request",
    "app/outbound/ledger.py": "claim (committed) → call → record is its whole point",
}


def sources(*places: str) -> list[Path]:
    return sorted(path for place in places for path in (ROOT / place).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the text of what is called: `session.commit`, `enqueue`, …"""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def room_of(path: Path) -> str:
    """`actions` for app/customers/actions.py and app/customers/actions/edits.py; empty outside a domain."""
    domain, *rest = path.relative_to(ROOT / "app").parts
    return Path(rest[0]).stem if rest and domain != "http" else ""


def test_no_file_is_too_long_for_one_sitting():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in sources(*CODE, "tests", "benchmarks")}
    assert {name: lines for name, lines in lengths.items() if lines > LARGEST_FILE} == {}


def test_every_file_is_named_after_what_it_does():
    assert [name_of(path) for path in sources(*CODE, "tests") if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_opens_with_what_it_is_for():
    silent = [path for path in sources(*CODE) if path.read_text().strip() and not ast.get_docstring(tree_of(path))]
    assert [name_of(path) for path in silent] == []


def test_transactions_open_at_the_edges_only():
    """Sabotage: open one in an `actions.py`."""
    opened = {
        name_of(path)
        for path in sources("app")
        for called, _ in calls_in(path)
        if called in {"transaction", "db.transaction"}
    }
    inside = {name for name in opened if not OPENS_TRANSACTIONS.fullmatch(name)}
    assert inside - set(TRANSACTIONS_ELSEWHERE) == set()


def test_nothing_but_transaction_commits():
    committing = {
        f"{name_of(path)}:{call.lineno}"
        for path in sources("app")
        for called, call in calls_in(path)
        if re.search(r"\.(commit|rollback)$", called)
    }
    assert {place for place in committing if not place.startswith("app/db.py:")} == set()


def test_only_the_clock_knows_what_time_it_is():
    """Sabotage: call `datetime.now(UTC)` in a domain."""
    asking = {
        f"{name_of(path)}:{call.lineno}"
        for path in sources("app")
        for called, call in calls_in(path)
        if re.search(r"\b(datetime|date)\.(now|utcnow|today)$|^time\.time$", called)
    }
    assert {place for place in asking if not place.startswith("app/clock.py:")} == set()


@pytest.mark.parametrize("room", sorted(ROOMS_WITHOUT_FLASK))
def test_only_api_knows_flask(room):
    knowing = [
        name_of(path)
        for path in sources("app")
        if room_of(path) == room and any(each.split(".")[0] in {"flask", "werkzeug"} for each in imported_by(path))
    ]
    assert knowing == []


@pytest.mark.parametrize("room", sorted(ROOMS_WITHOUT_WECOM_CALLS))
def test_rooms_that_read_never_call_wecom(room):
    calling = [
        name_of(path)
        for path in sources("app")
        if room_of(path) == room and "app.wecom.client.wecom" in set(imported_by(path))
    ]
    assert calling == []


def test_models_do_not_query():
    querying = [
        name_of(path)
        for path in sources("app")
        if room_of(path) == "models" and {"sqlalchemy.select", "sqlalchemy.orm.Session"} & set(imported_by(path))
    ]
    assert querying == []


def test_actions_take_the_session_first():
    """What is public in `actions.py` changes state in its caller's transaction."""
    wrong = []
    for path in sources("app"):
        if room_of(path) != "actions":
            continue
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
                if "session" in arguments and arguments[0] != "session":
                    wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert wrong == []


def test_every_enqueued_name_is_a_job():
    """News travels upward by name, so only this notices a name that nobody answers to."""
    outbox.register_jobs_of(app)
    unknown = {}
    for path in sources("app"):
        for called, call in calls_in(path):
            if called.split(".")[-1] not in {"enqueue", "recurs"}:
                continue
            for argument in call.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    if argument.value not in outbox.names():
                        unknown[argument.value] = f"{name_of(path)}:{call.lineno}"
                    break
    assert unknown == {}


def test_every_route_says_who_may_call_it():
    from app.web import import_blueprints

    import_blueprints()
    assert routes()
    undeclared = [each.endpoint for each in routes() if not each.may]
    unexplained = [each.endpoint for each in routes() if isinstance(each.may, PUBLIC) and len(each.may.why) < 10]
    assert (undeclared, unexplained) == ([], [])


def test_no_route_goes_past_the_declaration():
    """`@blueprint.get` would make a URL that nobody guards."""
    bare = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources("app")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if re.match(r"(\w*blueprint|bp|app|flask)\.(route|get|post|put|patch|delete)\(", ast.unparse(decorator))
    ]
    assert bare == []


def test_inside_a_domain_an_arrow_points_down():
    """`api` and `jobs` → `actions` → `queries` → `schemas` → `models`. Between domains import-linter looks."""
    upward = []
    for path in sources("app"):
        room = room_of(path)
        if room not in HEIGHT:
            continue
        domain = path.relative_to(ROOT).parts[1]
        for imported in imported_by(path):
            package, _, inside = imported.partition(f"app.{domain}.")
            other = inside.split(".")[0]
            if not package and HEIGHT.get(other, 0) >= HEIGHT[room] and other != room and other in HEIGHT:
                upward.append(f"{name_of(path)} → {other}")
    assert upward == []


def test_pickles_and_evaluation_are_nowhere():
    dangerous = {
        f"{name_of(path)}:{call.lineno} {called}"
        for path in sources(*CODE)
        for called, call in calls_in(path)
        if called in {"eval", "exec", "yaml.load", "yaml.unsafe_load"}
        or called.split(".")[0] in {"pickle", "marshal"}
    }
    assert dangerous == set()


ID_PARAMETERS = {
    *("userid", "userids", "sender", "creator", "owners", "external_user_id", "external_user_ids"),
    *("chat_id", "chat_ids", "chat_type", "msgid", "welcome_code", "config_id", "state"),
    *("tag_ids", "tag_or_group_id", "group_id", "group_ids", "add", "remove", "rule_id"),
    *("add_userids", "remove_userids", "mentioned", "cursor", "code", "key"),
}
"""Names of the client's parameters that hold ids. WeCom makes them, but for `state`, which is random here."""

NO_TEXT_LEAVES = {
    "customers.remark remark_mobiles": "telephone numbers, checked to be such where they are entered",
    "intercept_rules.add_rule name": "read by administrators in WeCom's console; written by nobody, made by us",
    "intercept_rules.add_rule words": "forbidden words, so that WeCom stops them: they reach nobody",
    "intercept_rules.update_rule name": "as in add_rule",
    "intercept_rules.update_rule words": "as in add_rule",
    "intercept_rules.checked_name name": "calls nobody",
    "intercept_rules.checked_words words": "calls nobody",
    "media.safe_name filename": "calls nobody",
    "oauth.authorize_url page": "an address of WeCom's, from the settings",
    "oauth.authorize_url redirect_uri": "an address of our own",
    "oauth.web_login_url page": "an address of WeCom's, from the settings",
    "oauth.web_login_url redirect_uri": "an address of our own",
    "paging.pages api": "the name of a call",
    "robot.robot_key webhook_url": "calls nobody",
    "texts.within text": "calls nobody: measures",
}
"""Parameters that hold other strings, and why no text of a person leaves by them."""


def test_a_text_enters_the_client_only_cleared():
    """
    Every string that a function of `app.wecom.calls` takes is an id, or stands above with its reason.

    Sabotage: give `tags.edit_tag` its name as `str` again; add a function that takes a `title: str`.
    """
    takes_strings = set()
    for path in sources("app/wecom/calls"):
        for node in tree_of(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                annotation = ast.unparse(argument.annotation) if argument.annotation else "Any"
                if re.search(r"\b(str|Any|Mapping|dict)\b", annotation) and argument.arg not in ID_PARAMETERS:
                    takes_strings.add(f"{path.stem}.{node.name} {argument.arg}")
    assert takes_strings - {"paging.pages body"} == set(NO_TEXT_LEAVES)


def test_nobody_calls_wecom_but_by_a_function_that_is_known():
    """
    Sabotage: `wecom().call("externalcontact/remark", …)` or `wecom().send(…)` in a domain.
    """
    by_hand = {}
    for path in sources("app"):
        if path.is_relative_to(ROOT / "app" / "wecom"):
            continue
        clients = {
            ast.unparse(target)
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Assign) and re.match(r"(\w+\.)?(wecom|built_from)\(", ast.unparse(node.value))
            for target in node.targets
        }
        for called, call in calls_in(path):
            owner, _, method = called.rpartition(".")
            if method in {"call", "send", "post", "get", "request", "_request", "_called"} and (
                owner in clients or re.match(r"(\w+\.)?(wecom|built_from)\(", owner)
            ):
                by_hand[f"{name_of(path)}:{call.lineno}"] = called
    assert by_hand == {}


def test_only_the_client_speaks_to_other_machines():
    """Sabotage: post a text with `requests` in a job."""
    speaking = {
        name_of(path): each
        for path in sources("app")
        for each in imported_by(path)
        if each.split(".")[0] in {"requests", "httpx", "aiohttp", "urllib3", "smtplib", "ftplib", "websockets"}
        or each.startswith(("urllib.request", "http.client", "app.wecom.transport.exchange"))
    }
    asks_its_own_children = {"app/supervisor/programs.py"}
    assert set(speaking) - asks_its_own_children == {"app/wecom/transport.py", "app/wecom/client.py"}
