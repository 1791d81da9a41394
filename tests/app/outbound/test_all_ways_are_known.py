"""
Nothing leaves by a way that nobody walks: each route and job says how text leaves through it, or why none does.

A new one fails here until somebody has said so; and whatever they say, each route is tried with forbidden words in
all its fields.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

import app as package
from app import outbox
from app.compliance.schemas import Channel
from app.http import PUBLIC, Route, routes
from app.sync_runs.models import Kind
from tests.app.outbound.ways import SECRET, SENDS, WANG_JIE, WAYS, Bed
from tests.support import words
from wecom_simulator import Simulator

APP = Path(package.__file__).parent

ASKED_AGAIN = "kept here; whatever leaves of it goes one of the ways, which ask again"
IDS_AND_NUMBERS = "tells WeCom ids and numbers only, no text of ours"
TO_WECOMS_FILTER = "words that WeCom shall stop: they reach WeCom's own filter and nobody else"
FROM_WECOM = "reads from WeCom"
OUR_RECORDS = "changes our own records"

NOTHING_LEAVES: dict[str, set[str]] = {
    ASKED_AGAIN: {
        *("campaigns.post_preview_audience", "compliance.post_check_text"),
        *("scripts.post_import_scripts", "scripts.post_add_folder", "scripts.patch_change_folder"),
        *("scripts.put_save_store_details", "scripts.post_report_missed"),
        # A job that failed and is replayed is the job of one of the ways.
        *("operations.post_replay_job", "operations.post_replay_jobs"),
        # What they decide is told by `cases.notify`.
        *("cases.post_accept", "cases.post_decline", "cases.watch", "cases.digest"),
    },
    IDS_AND_NUMBERS: {
        *("campaigns.post_cancel_mass_message", "campaigns.cancel_all", "campaigns.cancel_part"),
        *("operations.post_recall_tasks", "campaigns.post_remind_senders", "campaigns.remind"),
        *("acquisition.delete_end_code", "acquisition.delete_code"),
        *("tags.delete_delete_group", "tags.delete_delete_tag", "tags.post_change_tags", "tags.write_tags"),
    },
    TO_WECOMS_FILTER: {
        *("interception.post_check_now", "interception.post_update_now", "interception.post_remove_ours"),
        *("interception.put_choose", "interception.delete_retry_refused"),
        *("interception.follow", "interception.nightly", "interception.run"),
    },
    FROM_WECOM: {
        *("sync_runs.nightly", "operations.post_start_syncs", "operations.post_cancel_sync"),
        *("campaigns.post_read_results", "campaigns.read_results", "campaigns.reconcile"),
        *("campaigns.post_decide_part", "acquisition.sync_codes", "sidebar.post_sync_now"),
        *("customers.contact_added", "customers.contact_changed", "customers.contact_removed"),
        *("customers.sync", "customers.sync_page", "customers.sync_gone", "customers.member_renamed"),
        *("groups.changed", "groups.sync", "groups.sync_some"),
        *("staff.member_changed", "staff.department_changed"),
        *("staff.sync", "staff.sync_department", "staff.sync_end"),
        *("tags.changed", "tags.sync", "tags.sync_group"),
    },
    OUR_RECORDS: {
        *("acquisition.delete_remove_welcome", "audit.post_start_verification", "audit.check", "audit.verify"),
        *("audit.anchor", "callbacks.unknown", "callbacks.unreadable"),
        *("campaigns.delete_delete_mass_message", "campaigns.post_reject_mass_message"),
        *("cases.post_open_case", "cases.put_assign_case", "cases.post_link_hits", "cases.delete_unlink_hit"),
        *("cases.post_add_note", "cases.post_move_case", "cases.put_set_rules", "cases.delete_unsubscribe"),
        *("cases.put_subscribe", "cases.post_review_hit", "cases.post_object_to", "cases.delete_withdraw"),
        *("cases.prune", "customers.post_reveal_phone"),
        *("compliance.post_add_category", "compliance.post_add_entry", "compliance.delete_remove_entry"),
        *("compliance.patch_change_entry", "compliance.post_revert_entry", "compliance.post_change_many"),
        *("compliance.post_import_words", "compliance.post_approve", "compliance.post_confirm_urgent"),
        *("compliance.post_reject", "compliance.post_withdraw", "compliance.post_try_text"),
        *("compliance.post_publish_urgently", "compliance.post_restore_version"),
        *("compliance.post_judge_examples", "compliance.post_read_phrases"),
        *("exports.post_ask", "exports.post_cancel_export", "exports.make", "exports.prune"),
        *("operations.post_discard_job", "outbound.put_turn_switch", "outbound.settle", "outbox.prune"),
        *("replays.post_submit", "replays.post_start_replay", "replays.post_cancel_replay"),
        *("replays.run", "replays.prune"),
        *("scripts.delete_archive_script", "scripts.delete_unmark_favourite", "scripts.put_mark_favourite"),
        *("scripts.delete_remove_folder", "scripts.delete_settle_missed"),
        *("staff.post_sign_out", "staff.put_set_roles", "evidence.post_make_pack"),
    },
}
"""Why → endpoints of routes that change something, and names of jobs. Routes that only read are tried together."""


def changing() -> list[Route]:
    return [route for route in routes() if route.method != "GET"]


def test_every_route_and_every_job_is_a_way_or_says_why_nothing_leaves(app: Flask) -> None:
    """Sabotage: add a route, or a job, and no line about it here."""
    outbox.register_jobs_of(package)
    jobs = {name for name in outbox.names() if not name.startswith("test.")}
    exist = {route.endpoint for route in changing()} | jobs
    carrying = frozenset[str]().union(*(way.carried_by for way in WAYS.values()))
    silent = [name for names in NOTHING_LEAVES.values() for name in names]
    unsaid = exist - carrying - set(silent)
    assert unsaid == set(), (
        f"say in {Path(__file__).name} or ways.py how text leaves through these, or why none does"
    )
    assert (carrying | set(silent)) - exist == set(), "these exist no more"
    assert sorted(silent) == sorted(set(silent) - carrying), "said twice"


def test_every_channel_has_a_way() -> None:
    assert set(get_args(Channel)) == {way.channel for way in WAYS.values()}


def functions_that_take_cleared_texts() -> set[str]:
    """`module.function` of every public function in `app/wecom/calls` that takes a cleared text or card."""
    found = set()
    for path in (APP / "wecom" / "calls").glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                takes = {name for each in arguments if each.annotation for name in _names_in(each.annotation)}
                if takes & {"Cleared", "Card"}:
                    found.add(f"{path.stem}.{node.name}")
    return found - {"texts.message_parts"}


def _names_in(node: ast.expr) -> Iterator[str]:
    yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def modules_that_hand_texts_over() -> set[str]:
    """Modules of ours that call one of those functions."""
    functions = functions_that_take_cleared_texts()
    names, modules = {each.partition(".")[2] for each in functions}, {each.partition(".")[0] for each in functions}
    found = set()
    for path in sorted(APP.rglob("*.py")):
        if path.is_relative_to(APP / "wecom"):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        bare, aliases = set(), set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.wecom.calls"):
                for each in node.names:
                    (aliases if each.name in modules else bare).add(each.asname or each.name)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                owner, _, name = ast.unparse(node.func).rpartition(".")
                if name in names and (owner in aliases or (not owner and name in bare)):
                    found.add(path.relative_to(APP.parent).as_posix())
    return found


def test_every_module_that_hands_a_text_to_the_client_is_walked() -> None:
    """Sabotage: call `messages.send_text` in another module."""
    assert modules_that_hand_texts_over() == {way.through for way in WAYS.values() if way.through}


def test_every_function_that_sends_is_tried() -> None:
    """Those that put a text before a person; what WeCom keeps is tried in tests/app/wecom/test_cleared.py."""
    sending = {
        name
        for name in functions_that_take_cleared_texts()
        if name.partition(".")[0] in {"welcome", "mass_messages", "messages", "robot"}
    }
    keeping = {
        *("customers.remark", "tags.add_tags", "tags.edit_tag"),
        *("contact_ways.add_contact_way", "contact_ways.update_contact_way"),
        *("media.upload", "media.upload_attachment", "media.upload_picture_for_ever"),
    }
    assert (sending, functions_that_take_cleared_texts() - sending) == (set(SENDS), keeping)


CARRIES_TEXT = "sendChatMessage"
CARRY_NONE = {"register", "ensureAgentConfigReady", "getContext", "getCurExternalContact", "getCurExternalChat"}


def test_the_page_hands_over_by_one_call_what_the_server_gave_back() -> None:
    """
    What goes through it is the stored press: sidebar_ui/src/sidebar/sending.test.ts.

    Sabotage: call `ww.sendChatMessage` or `sendText` in another file.
    """
    pages = {
        path: path.read_text("utf-8")
        for path in (APP.parent / "sidebar_ui" / "src").rglob("*")
        if path.suffix in {".ts", ".vue"} and not path.name.endswith(".test.ts")
    }
    calls = {(path.name, name) for path, source in pages.items() for name in re.findall(r"\bww\.(\w+)\(", source)}
    assert {name for _, name in calls} - CARRY_NONE == {CARRIES_TEXT}
    assert {name for name, called in calls if called == CARRIES_TEXT} == {"calls.ts"}
    senders = {path.name for path, source in pages.items() if re.search(r"\bsendText\(", source)}
    assert senders == {"calls.ts", "handOver.ts"}


# Every route, tried with one text in all its fields


@pytest.fixture
def bed(app: Flask, clock: Any, people: Any, simulator: Simulator, run_jobs: Any, sign_in: Any) -> Bed:
    people("boss")
    words.publish()
    made = Bed(simulator, sign_in, run_jobs, clock)
    made.sync(*Kind)
    return made


ACTORS = ("lin", "li", "he", "yun", "boss")


def filled(shape: Any, key: str, known: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """A value of that JSON schema: known ids by their key, else the text wherever a text may stand."""
    if "$ref" in shape:
        return filled(definitions[shape["$ref"].rpartition("/")[2]], key, known, definitions)
    if key in known:
        return known[key]
    for choices in ("anyOf", "oneOf"):
        if choices in shape:
            some = next(each for each in shape[choices] if each.get("type") != "null")
            return filled(some, key, known, definitions)
    if "const" in shape or "enum" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    kind = shape.get("type")
    if kind == "object":
        inner = shape.get("properties", {})
        return {name: filled(each, name, known, definitions) for name, each in inner.items()}
    if kind == "array":
        return [filled(shape["items"], key, known, definitions)]
    by_format = {"uuid": str(uuid4()), "date-time": _tomorrow(), "date": _tomorrow()[:10]}
    plain = {"integer": max(1, shape.get("minimum", 1)), "number": 1, "boolean": False}
    return plain.get(kind, by_format.get(shape.get("format", ""), SECRET[: shape.get("maxLength", 99)]))


def _tomorrow() -> str:
    return (datetime(2026, 11, 21, 4, tzinfo=UTC) + timedelta(hours=1)).isoformat()


def things(bed: Bed) -> dict[str, Any]:
    """Ids of what exists, by the names that routes and bodies give them."""
    yun = bed.sign_in("yun")
    group = yun.post("/api/tags/groups", json={"name": "偏好", "tags": ["棉"]}).json
    folder_id = yun.post("/api/scripts/folders", json={"name": "售前"}).json["id"]
    script = {"title": "试衣邀请", "folder_id": folder_id, "parts": [{"text": "来店里试试"}]}
    groups = bed.simulator.world.state.groups.values()
    made = {
        "external_user_id": WANG_JIE,
        "chat_id": next(each.chat_id for each in groups if each.owner == "lin"),
        "userid": "lin",
        "entry": "single",
        "group_id": group["id"],
        "tag_id": group["tags"][0]["id"],
        "folder_id": folder_id,
        "parent_id": None,
        "script_id": yun.post("/api/scripts", json=script).json["id"],
        "code_id": yun.post("/api/contact-codes", json={"userid": "lin", "name": "橱窗码"}).json["id"],
        "mass_message_id": bed.sign_in("li").post("/api/mass-messages", json={"title": "邀约"}).json["id"],
        "expected": None,
        "phones": [],
        "expected_updated_at": None,
        "blanks": {},
        "audience": {},
    }
    bed.run_jobs()
    bed.simulator.calls.clear()
    return made


def knocked(bed: Bed, known: dict[str, Any]) -> set[str]:
    """
    Call every route that changes something, as everybody. The word list comes late, for it would take in the text
    as a forbidden word; then deletions, and last everybody signs out.

    :returns: the endpoints that took it.
    """
    browsers = [bed.sign_in(userid) for userid in ACTORS]
    took = set()
    for turn in range(4):
        for route in changing():
            if _turn_of(route) == turn and not isinstance(route.may, PUBLIC):
                took |= {route.endpoint for browser in browsers if _took(browser, route, known)}
        bed.run_jobs()
        bed.wait(timedelta(minutes=2))
        bed.run_jobs()
    return took


def _turn_of(route: Route) -> int:
    late = [route.path.startswith("/api/lexicon"), route.method == "DELETE", route.path == "/api/sign-out"]
    return max((turn for turn, is_it in enumerate(late, start=1) if is_it), default=0)


def _took(browser: FlaskClient, route: Route, known: dict[str, Any]) -> bool:
    shape = route.body.model_json_schema() if route.body else None
    body = filled(shape, "", known, shape.get("$defs", {})) if shape else None
    answer = browser.open(url_of(route, known), method=route.method, json=body)
    assert answer.status_code < 500, (route.endpoint, answer.json)
    return answer.status_code < 300


def url_of(route: Route, known: dict[str, Any]) -> str:
    parts = [part.strip("<>").partition(":") if part.startswith("<") else None for part in route.path.split("/")]
    named = [None if part is None else part[2] or part[0] for part in parts]
    return "/".join(
        given if name is None else str(known.get(name, 1))
        for given, name in zip(route.path.split("/"), named, strict=True)
    )


def test_a_text_that_is_allowed_leaves_through_some_of_them(bed: Bed) -> None:
    """Else the next test would pass for the wrong reason."""
    took = knocked(bed, things(bed))
    assert len(took) > len(changing()) / 3, took
    assert {"externalcontact/remark", "externalcontact/add_corp_tag", "sidebar"} <= set(bed.left())


def test_a_forbidden_text_leaves_through_no_route(bed: Bed) -> None:
    """Sabotage: let a new route call the client with what it was given."""
    known = things(bed)
    words.publish(SECRET)
    knocked(bed, known)
    assert bed.left() == []


def test_what_only_reads_writes_nothing_to_wecom(bed: Bed) -> None:
    known = things(bed)
    browsers = [bed.sign_in(userid) for userid in ("lin", "boss")]
    bed.simulator.calls.clear()
    for route in routes():
        if route.method == "GET":
            for browser in browsers:
                browser.get(url_of(route, known), buffered=True)
    bed.run_jobs()
    reading = ("get", "list", "getuserinfo", "gettoken", "jsapi_ticket", "_info", "get_by_user")
    writing = {call.path for call in bed.simulator.calls if not any(part in call.path for part in reading)}
    assert writing == set()
