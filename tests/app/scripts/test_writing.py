"""Operators write scripts with advice, move packs in and out, and lose nothing."""

import pytest
from sqlalchemy import func, select

from app import db
from app.scripts.models import Folder, Script
from scripts_library import Pack, dump_pack, parse_pack, starter_pack


@pytest.fixture
def folder_id(editor):
    return editor.get("/api/scripts/folders").json["folders"][0]["id"]


def new(folder_id, *texts, **fields):
    parts = [{"type": "text", "text": text} for text in texts]
    return {"title": "试穿邀请", "folder_id": folder_id, "parts": parts, **fields}


def test_a_new_script_is_found_at_once_with_advice_on_its_wording(editor, guide, folder_id):
    made = editor.post("/api/scripts", json=new(folder_id, "感谢您购买，全网最低价", shortcuts=["试穿"]))

    assert made.status_code == 201
    assert [each["code"] for each in made.json["findings"]]
    assert made.json["check"]["action"] == "block"
    assert made.json["updated_by"] == "周云"
    found = guide.get("/api/scripts", query_string={"q": "shichuan"}).json["items"]
    assert found[0]["id"] == made.json["id"]


def ids(browser, query):
    return [each["id"] for each in browser.get("/api/scripts", query_string={"q": query}).json["items"]]


@pytest.mark.parametrize(("text", "says"), [("{生肖}您好", "生肖"), ("多一个{", "花括号"), ("好" * 1400, "太长")])
def test_a_text_that_cannot_be_filled_in_is_refused_by_field(editor, folder_id, text, says):
    answer = editor.post("/api/scripts", json=new(folder_id, "好的", text))
    assert answer.status_code == 422
    assert says in answer.json["details"]["fields"]["parts.1.text"]


def test_variables_of_other_tools_are_understood(editor, folder_id):
    made = editor.post("/api/scripts", json=new(folder_id, "#买家昵称#您好 #春日穿搭#")).json
    assert made["parts"][0]["text"] == "{昵称}您好 #春日穿搭#"


def test_an_archived_script_is_gone_for_guides_and_comes_back(editor, guide, folder_id):
    made = editor.post("/api/scripts", json=new(folder_id, "来试试")).json
    url = f"/api/scripts/{made['id']}"
    assert editor.delete(url).status_code == 204
    assert made["id"] not in ids(guide, "试穿邀请")
    assert editor.get("/api/scripts/sources?archived=1").json["total"] == 1

    editor.patch(url, json={"archived": False})

    assert ids(guide, "试穿邀请")[0] == made["id"]


def test_a_renamed_folder_is_found_by_its_new_name(editor, guide):
    folder = next(each for each in editor.get("/api/scripts/folders").json["folders"] if each["name"] == "洗护")
    editor.patch(f"/api/scripts/folders/{folder['id']}", json={"name": "保养秘籍"})
    found = guide.get("/api/scripts", query_string={"q": "保养秘籍", "limit": 100}).json["items"]
    assert [each["folder_path"][-1] for each in found].count("保养秘籍") == folder["count"]


def test_a_folder_stays_out_of_itself_and_is_removed_only_when_empty(editor):
    folders = {each["name"]: each for each in editor.get("/api/scripts/folders").json["folders"]}
    top, below = folders["售后"]["id"], folders["洗护"]["id"]
    assert editor.patch(f"/api/scripts/folders/{top}", json={"parent_id": below}).status_code == 422
    assert editor.delete(f"/api/scripts/folders/{below}").json["code"] == "folder_not_empty"
    empty = editor.post("/api/scripts/folders", json={"name": "空的", "parent_id": below}).json
    assert editor.delete(f"/api/scripts/folders/{empty['id']}").status_code == 204
    deep = empty["parent_id"]
    for depth in range(4):
        answer = editor.post("/api/scripts/folders", json={"name": f"层{depth}", "parent_id": deep})
        deep = answer.json.get("id", deep)
    assert answer.status_code == 422


def test_what_is_exported_comes_back_the_same(editor, folder_id):
    """Sabotage: give exported scripts new ids."""
    editor.post("/api/scripts", json=new(folder_id, "第一段", "第二段"))
    exported = editor.get("/api/scripts/export.yaml").text

    assert len(parse_pack(exported).scripts) == len(starter_pack().scripts) + 1
    again = editor.post("/api/scripts/import", json={"yaml": exported, "dry_run": False}).json
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, len(starter_pack().scripts) + 1)
    changed = editor.post(
        "/api/scripts/import", json={"yaml": exported.replace("第二段", "又一段"), "dry_run": False}
    ).json
    assert (changed["added"], changed["changed"]) == (0, 1)


def test_a_pack_from_elsewhere_touches_nothing_of_ours(editor):
    pack = dump_pack(Pack("other-shop", "别家", 1, starter_pack().folders))
    with db.transaction() as session:
        before = session.scalar(select(func.count()).select_from(Script))
    dry = editor.post("/api/scripts/import", json={"yaml": pack, "dry_run": True}).json
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Script)) == before
    assert (dry["added"], dry["changed"]) == (before, 0)
    assert editor.post("/api/scripts/import", json={"yaml": pack, "dry_run": False}).json == dry
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Folder).where(Folder.name == "售前")) == 2


def test_a_broken_pack_names_its_lines_and_changes_nothing(editor):
    answer = editor.post("/api/scripts/import", json={"yaml": "format: 1\nid: X Y\n", "dry_run": False}).json
    assert answer["added"] == 0
    assert {problem["line"] for problem in answer["problems"]} >= {2}


def test_guides_read_and_operators_write(guide, sign_in, folder_id):
    for userid in ("lin", "li", "he", "boss"):
        assert sign_in(userid).post("/api/scripts", json=new(folder_id, "好")).status_code == 403
    assert guide.get("/api/scripts/sources").status_code == 403
    assert sign_in("he").get("/api/scripts/sources").status_code == 200
