"""A shop in which acts that have to be on record can be done, and those acts."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

import app as package
from app import db, outbox
from app.scripts import actions as scripts
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from scripts_library import Pack, dump_pack, starter_pack
from tests.faults.acting import Act
from tests.support import shop, words
from tests.support.browser import signed_in_browser

WANG_JIE = "wmWangJie0000000000000000000001"
WELCOME = {
    "store_id": 0,
    "text": "{称呼}您好，我是{品牌名}的{导购名}，先送您{见面礼}。",
    "brand": "云裳",
    "benefit": "一张满减券",
    "confirmed_reason": None,
}
MASS = "/api/mass-messages"
PEOPLE = ("lin", "li", "he", "yun", "boss")


class Stage:
    """Everything in the state in which the acts can be done; each of them once."""

    def __init__(self, flask: Flask) -> None:
        with db.transaction() as session:
            shop.move_in(session)
            scripts.import_pack(session, shop.viewer_called(session, "yun"), starter_pack())
        words.publish()
        outbox.register_jobs_of(package)
        for kind in Kind:
            with db.transaction() as session:
                runs.start(session, kind, started_by="tests")
            outbox.drain()
        self.browsers = {userid: signed_in_browser(flask, userid) for userid in PEOPLE}
        self.ids: dict[str, int | str] = {}
        self._set_up()

    def _set_up(self) -> None:
        li, yun, he, boss = (self.browsers[each] for each in ("li", "yun", "he", "boss"))
        self._made(yun.put("/api/welcome", json=WELCOME))
        self.ids["code"] = self._made(yun.post("/api/contact-codes", json={"userid": "lin", "name": "收银台"}))
        self.ids["folder"] = self._made(yun.post("/api/scripts/folders", json={"name": "空的"}))
        self.ids["script"] = self._made(yun.post("/api/scripts", json=self._script("亲测好穿")))
        for name in ("draft", "submitted", "waiting", "going", "ready"):
            self.ids[name] = self._message(li)
        for name in ("submitted", "waiting", "going", "ready"):
            self._made(li.post(f"{MASS}/{self.ids[name]}/submit", json={}))
        self.ids["hash"] = yun.get(f"{MASS}/{self.ids['ready']}").json["content_hash"]
        self.ids["empty"] = self._made(li.post(MASS, json={"title": "写到一半"}))
        lin = self.browsers["lin"]
        check = {"text": words.FORBIDDEN, "channel": "sidebar"}
        assert lin.post("/api/checks", json=check).status_code == 200
        self.ids["hit"] = he.get("/api/hits").json["items"][0]["id"]
        self._made(boss.post("/api/operations/syncs", json={"kinds": ["tags"]}))
        with db.transaction() as session:
            self.ids["sync"] = session.execute(text("SELECT max(id) FROM sync_runs")).scalar_one()
            dead = session.execute(
                text("UPDATE jobs SET state = 'dead', finished_at = now() WHERE state = 'done' RETURNING id, name")
            )
            jobs = sorted(row.id for row in dead if row.name != "customers.sync")
            self.ids["job"], self.ids["job2"] = jobs[:2]

    def _script(self, title: str) -> dict[str, object]:
        folder = self.browsers["yun"].get("/api/scripts/folders").json["folders"][0]["id"]
        return {"title": title, "folder_id": folder, "parts": [{"type": "text", "text": "欢迎来店里试试"}]}

    def _message(self, author: FlaskClient) -> int:
        made = self._made(author.post(MASS, json={"title": "冬季邀约"}))
        edited = author.patch(f"{MASS}/{made}", json={"text": "周六新款到店，来坐坐？", "audience": {}})
        assert edited.status_code == 200, edited.text
        return made

    @staticmethod
    def _made(answer: object) -> int:
        assert answer.status_code < 300, answer.text  # type: ignore[attr-defined]
        return int((answer.json or {}).get("id", 0))  # type: ignore[attr-defined]

    def acts(self) -> list[Act]:
        ids = self.ids
        pack = dump_pack(Pack("other-shop", "别家", 1, starter_pack().folders[:1]))
        messages = ("draft", "submitted", "waiting", "going", "ready", "empty")
        one = {name: f"{MASS}/{ids[name]}" for name in messages}
        details = {"brand": "云裳", "address": "", "phone": "021-00000000", "opening_hours": "10:00–22:00"}
        seen = {"comment": "", "content_hash": ids["hash"]}
        stop = {"paused": True, "reason": "价格写错"}
        return [
            Act("新建渠道码", "yun", "POST", "/api/contact-codes", {"userid": "wang", "name": "门口"}),
            Act("修改渠道码", "yun", "PATCH", f"/api/contact-codes/{ids['code']}", {"name": "橱窗"}),
            Act("停用渠道码", "yun", "DELETE", f"/api/contact-codes/{ids['code']}"),
            Act("保存欢迎语", "yun", "PUT", "/api/welcome", WELCOME | {"benefit": "两张满减券"}),
            Act("删除欢迎语", "yun", "DELETE", "/api/welcome/0"),
            Act("复核命中", "he", "POST", f"/api/hits/{ids['hit']}/review", {"verdict": "right", "note": ""}),
            Act("新增话术", "yun", "POST", "/api/scripts", self._script("换季")),
            Act("修改话术", "yun", "PATCH", f"/api/scripts/{ids['script']}", {"title": "改名"}),
            Act("下架话术", "yun", "DELETE", f"/api/scripts/{ids['script']}"),
            Act("新增文件夹", "yun", "POST", "/api/scripts/folders", {"name": "售后跟进"}),
            Act("修改文件夹", "yun", "PATCH", f"/api/scripts/folders/{ids['folder']}", {"name": "改名"}),
            Act("删除文件夹", "yun", "DELETE", f"/api/scripts/folders/{ids['folder']}"),
            Act("导入话术包", "yun", "POST", "/api/scripts/import", {"yaml": pack, "dry_run": False}),
            Act("门店资料", "yun", "PUT", "/api/scripts/store-details/1", details),
            Act("重试任务", "boss", "POST", f"/api/operations/jobs/{ids['job']}/replay"),
            Act("放弃任务", "boss", "POST", f"/api/operations/jobs/{ids['job2']}/discard", {"reason": "已处理"}),
            Act("重试一类", "boss", "POST", "/api/operations/jobs/replay", {"name": "customers.sync"}),
            Act("开始同步", "boss", "POST", "/api/operations/syncs", {"kinds": ["staff", "groups"]}),
            Act("取消同步", "boss", "POST", f"/api/operations/syncs/{ids['sync']}/cancel"),
            Act("新建群发", "li", "POST", MASS, {"title": "周末到店"}),
            Act("删除群发", "li", "DELETE", one["empty"]),
            Act("提交群发", "li", "POST", f"{one['draft']}/submit", {}),
            Act("批准群发", "yun", "POST", f"{one['ready']}/approve", seen),
            Act("退回群发", "yun", "POST", f"{one['waiting']}/reject", {"comment": "换个说法"}),
            Act("改已提交的群发", "li", "PATCH", one["submitted"], {"text": "周日新款到店，来坐坐？"}),
            Act("取消群发", "li", "POST", f"{one['going']}/cancel"),
            Act("看手机号", "lin", "POST", f"/api/customers/{WANG_JIE}/phones/0/reveal", {"reason": "contact"}),
            Act("授予角色", "boss", "cli", body=["grant-role", "zhang", "compliance"]),
            Act("新增词条", "he", "POST", "/api/lexicon/entries", {"text": "亲肤", "action": "warn"}),
            Act("建立案件", "he", "POST", "/api/cases", {"hit_id": ids["hit"], "title": "夸大价格"}),
            Act("改角色", "boss", "PUT", "/api/staff/members/yun/roles", {"roles": ["operator", "compliance"]}),
            Act("停发", "boss", "PUT", "/api/operations/send-switch", stop),
        ]
