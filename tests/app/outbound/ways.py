"""Every way by which a text can leave, walked from where a person, a callback or the clock begins it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, Literal
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import db
from app.cases.actions.telling import tell
from app.cases.models import NoticeKind
from app.compliance.clearing import ClearedText, clear
from app.errors import AppError
from app.outbound.ledger import send_once
from app.outbound.models import SendIntent
from app.outbox import enqueue
from app.sync_runs import actions as runs
from app.sync_runs.models import Kind
from app.wecom.calls import mass_messages, messages, robot, welcome
from app.wecom.cleared import NOT_SENT
from app.wecom.client import wecom
from tests.support import shop
from wecom_simulator import Simulator

WANG_JIE = "wmWangJie0000000000000000000001"
SECRET = "天下第一衫"
"""Nobody minds it while the text is written; what the list says of it when it is about to leave decides."""

Go = Callable[[], object]


class Bed:
    """The shop of 云裳服饰 with everything that a way out needs."""

    def __init__(
        self,
        simulator: Simulator,
        sign_in: Callable[[str], FlaskClient],
        run_jobs: Callable[[], int],
        wait: Callable[[timedelta], None],
    ):
        self.simulator, self.sign_in, self.run_jobs, self.wait = simulator, sign_in, run_jobs, wait

    def sync(self, *kinds: Kind) -> None:
        with db.transaction() as session:
            for kind in kinds:
                runs.start(session, kind, started_by="tests")
        self.run_jobs()

    def arrived(self) -> list[str]:
        """The APIs by which the text reached WeCom."""
        carried = [call.path for call in self.simulator.calls if SECRET in f"{call.query} {call.body}"]
        return [each for each in carried if each not in NOT_SENT]

    def left(self) -> list[str]:
        """The same, and a word for each press whose text a page may now put into a chat."""
        with db.transaction() as session:
            presses = session.scalar(select(func.count()).select_from(SendIntent)) or 0
        return self.arrived() + ["sidebar"] * presses


@dataclass(frozen=True)
class Way:
    """
    :param prepare: writes the text, with a reason if one is given, while its words are allowed; what it returns
        lets the text go.
    :param through: the module that hands the text to the client; None for the sidebar's own JS-SDK.
    :param carried_by: the routes and jobs that take part, by endpoint and name.
    :param warned: of a text with a warning: a person confirms with a `reason`; it goes `inside`, to members only,
        which is the reason; its passage is `masked`; or it is `refused`, because nobody can confirm.
    """

    channel: str
    prepare: Callable[[Bed, str, str | None], Go]
    through: str | None
    carried_by: frozenset[str]
    warned: Literal["reason", "inside", "masked", "refused"]


def sidebar(bed: Bed, text: str, reason: str | None) -> Go:
    bed.sync(Kind.CUSTOMERS)
    browser = bed.sign_in("lin")
    body = {"entry": "single", "external_user_id": WANG_JIE, "parts": [{"text": text}], "confirmed_reason": reason}
    return lambda: browser.post("/api/outbound/sidebar-sends", json={"press_id": str(uuid4()), **body})


def to_a_group(bed: Bed, text: str, reason: str | None) -> Go:
    bed.sync(Kind.GROUPS)
    browser = bed.sign_in("lin")
    chat_id = next(each.chat_id for each in bed.simulator.world.state.groups.values() if each.owner == "lin")
    body = {"entry": "group", "chat_id": chat_id, "parts": [{"text": text}], "confirmed_reason": reason}
    return lambda: browser.post("/api/outbound/sidebar-sends", json={"press_id": str(uuid4()), **body})


def _scanned(bed: Bed, config_id: str) -> Go:
    def go() -> None:
        bed.simulator.world.customer_scans(config_id, name="小鹿")
        bed.simulator.callbacks.deliver_pending()

    return go


def store_welcome(bed: Bed, text: str, reason: str | None) -> Go:
    whole = f"{{称呼}}您好，我是{{品牌名}}的{{导购名}}，先送您{{见面礼}}。{text}"
    saved = {"store_id": 0, "text": whole, "brand": "云裳", "benefit": "一张券", "confirmed_reason": reason}
    _done(bed.sign_in("yun").put("/api/welcome", json=saved))
    ways = bed.simulator.world.state.contact_ways.values()
    return _scanned(bed, next(each.config_id for each in ways if each.users == ["lin"]))


def code_welcome(bed: Bed, text: str, _reason: str | None) -> Go:
    # The store's own text was confirmed; that is no reason for the code's.
    store_welcome(bed, "", "店里的理由")
    body = {"userid": "lin", "name": "试衣间码", "welcome_text": f"{{称呼}}您好，{text}"}
    _done(bed.sign_in("yun").post("/api/contact-codes", json=body))
    bed.run_jobs()
    ways = bed.simulator.world.state.contact_ways.values()
    return _scanned(bed, next(each.config_id for each in ways if each.remark == "试衣间码"))


def code_name(bed: Bed, text: str, _reason: str | None) -> Go:
    browser = bed.sign_in("yun")
    return lambda: browser.post("/api/contact-codes", json={"userid": "lin", "name": text})


def mass_message(bed: Bed, text: str, reason: str | None) -> Go:
    bed.sync(Kind.CUSTOMERS)
    author, approver = bed.sign_in("li"), bed.sign_in("yun")
    url = f"/api/mass-messages/{author.post('/api/mass-messages', json={'title': '邀约'}).json['id']}"
    _done(author.patch(url, json={"text": text, "audience": {}}))
    _done(author.post(f"{url}/submit", json={"confirmed_reason": reason}))
    seen = {"comment": "", "content_hash": author.get(url).json["content_hash"]}
    _done(approver.post(f"{url}/approve", json=seen))
    return lambda: None


def noted(field: str) -> Callable[[Bed, str, str | None], Go]:
    def prepare(bed: Bed, text: str, _reason: str | None) -> Go:
        bed.sync(Kind.CUSTOMERS)
        browser = bed.sign_in("lin")
        return lambda: browser.patch(f"/api/customers/{WANG_JIE}/follow", json={field: text})

    return prepare


def noted_earlier(bed: Bed, text: str, _reason: str | None) -> Go:
    """Saved and not yet written: the list may change between the two."""
    bed.sync(Kind.CUSTOMERS)
    _done(bed.sign_in("lin").patch(f"/api/customers/{WANG_JIE}/follow", json={"remark": text}))
    return lambda: None


def tagged(method: str, url: str, key: str) -> Callable[[Bed, str, str | None], Go]:
    def prepare(bed: Bed, text: str, _reason: str | None) -> Go:
        browser = bed.sign_in("yun")
        made = browser.post("/api/tags/groups", json={"name": "偏好", "tags": ["棉", "麻"]}).json
        place = url.format(group=made["id"], tag=made["tags"][0]["id"])
        body = {key: [text] if key in ("tags", "names") else text}
        if url.endswith("/groups"):
            body = {"name": "面料", **body} if key == "tags" else {"tags": ["丝"], **body}
        return lambda: browser.open(place, method=method, json=body)

    return prepare


def bot_quotes_a_script(bed: Bed, text: str, _reason: str | None) -> Go:
    yun = bed.sign_in("yun")
    folder_id = yun.post("/api/scripts/folders", json={"name": "售前"}).json["id"]
    script = {"title": "试衣邀请", "folder_id": folder_id, "parts": [{"text": f"{text}，来店里试试"}]}
    _done(yun.post("/api/scripts", json=script))
    return _written(bed, "话术 试衣邀请")


def bot_repeats_a_question(bed: Bed, text: str, _reason: str | None) -> Go:
    return _written(bed, f"咱家{text}好")


def _written(bed: Bed, message: str) -> Go:
    def go() -> None:
        bed.simulator.world.member_writes_to_app("lin", message)
        bed.simulator.callbacks.deliver_pending()

    return go


def bot_greets(bed: Bed, text: str, _reason: str | None) -> Go:
    bed.simulator.world.admin_updates_member("lin", name=text)
    bed.sync(Kind.STAFF)

    def go() -> None:
        bed.simulator.world.member_enters_app("lin")
        bed.simulator.callbacks.deliver_pending()

    return go


def desk_tells_of_a_hit(_bed: Bed, text: str, _reason: str | None) -> Go:
    def go() -> None:
        with db.transaction() as session:
            to = shop.viewer_called(session, "he").member_id
            tell(session, to, NoticeKind.AT_ONCE, key=str(uuid4()), title="新的记录", body=text, path="/console")

    return go


def owner_of_a_script_is_told(bed: Bed, text: str, _reason: str | None) -> Go:
    yun = bed.sign_in("yun")
    folder_id = yun.post("/api/scripts/folders", json={"name": "售前"}).json["id"]
    script = {"title": text, "folder_id": folder_id, "parts": [{"text": "来店里试试"}]}
    script_id = yun.post("/api/scripts", json=script).json["id"]
    versions = count(1)

    def go() -> None:
        with db.transaction() as session:
            work = {"version": next(versions), "userid": "yun", "script_ids": [script_id]}
            enqueue(session, "replays.tell_owner", **work)

    return go


def by_call(channel: str, call: Callable[[ClearedText], object]) -> Callable[[Bed, str, str | None], Go]:
    """A way of which only the last step exists yet, as whoever uses it has to walk it."""

    def prepare(_bed: Bed, text: str, _reason: str | None) -> Go:
        def made(cleared: ClearedText) -> None:
            call(cleared)

        def ask(session: Any) -> ClearedText:
            return clear(session, text, channel=channel, on_behalf_of="system", subject="")

        def go() -> None:
            with suppress(AppError):
                send_once(f"{channel} {uuid4()}", channel=channel, cleared_from=ask, call=made)

        return go

    return prepare


def _done(answer: Any) -> None:
    assert answer.status_code < 300, answer.json


SENDS: dict[str, Callable[[ClearedText], object]] = {
    "welcome.send_welcome_msg": lambda text: welcome.send_welcome_msg(wecom(), "code", text),
    "mass_messages.add_msg_template": lambda text: mass_messages.add_msg_template(
        wecom(), text, sender="lin", external_user_ids=[WANG_JIE]
    ),
    "mass_messages.add_msg_template_for_groups": lambda text: mass_messages.add_msg_template_for_groups(
        wecom(), text, sender="lin"
    ),
    "messages.send_text": lambda text: messages.send_text(wecom(), ["lin"], text),
    "messages.send_markdown": lambda text: messages.send_markdown(wecom(), ["lin"], text),
    "messages.send_card": lambda text: messages.send_card(
        wecom(), ["lin"], messages.Card(text, text, "https://desk.example.com/")
    ),
    "robot.send_text": lambda text: robot.send_text(wecom(), "key", text),
    "robot.send_markdown": lambda text: robot.send_markdown(wecom(), "key", text),
}
"""Every function of the client that puts a text before a person."""

_PRESS = frozenset({"outbound.post_store_press", "outbound.post_report_outcome"})
_WELCOME = frozenset({"callbacks.post_receive", "acquisition.welcome"})
_CODE = frozenset({"acquisition.post_add_code", "acquisition.patch_edit_code", "acquisition.create_code"})
_NOTED = frozenset({"customers.patch_edit_follow", "customers.write_remark"})
_BOT = frozenset({"callbacks.post_receive", "chatbot.answer"})
_MASS = frozenset(
    {
        *("campaigns.post_create_mass_message", "campaigns.patch_edit_mass_message"),
        *("campaigns.post_submit_mass_message", "campaigns.post_approve_mass_message"),
        *("campaigns.plan", "campaigns.create_part"),
    }
)

WELCOMES, TELLING = "app/acquisition/jobs.py", "app/outbound/telling.py"
CUSTOMERS, TAGS = "app/customers/jobs.py", "app/tags/api.py"

WAYS: Mapping[str, Way] = {
    "sidebar": Way("sidebar", sidebar, None, _PRESS, "reason"),
    "sidebar in a group": Way("sidebar", to_a_group, None, _PRESS, "reason"),
    "store's welcome": Way(
        "welcome", store_welcome, WELCOMES, _WELCOME | {"acquisition.put_save_welcome"}, "reason"
    ),
    "code's welcome": Way("welcome", code_welcome, WELCOMES, _WELCOME | _CODE, "refused"),
    "code's name": Way("remark", code_name, WELCOMES, _CODE, "inside"),
    "mass message": Way("mass_message", mass_message, "app/campaigns/jobs.py", _MASS, "reason"),
    "remark": Way("remark", noted("remark"), CUSTOMERS, _NOTED, "inside"),
    "description": Way("remark", noted("description"), CUSTOMERS, _NOTED, "inside"),
    "remark saved earlier": Way("remark", noted_earlier, CUSTOMERS, _NOTED, "inside"),
    "new group of tags": Way(
        "tag_name", tagged("POST", "/api/tags/groups", "name"), TAGS, frozenset({"tags.post_add_group"}), "inside"
    ),
    "tag in a new group": Way(
        "tag_name", tagged("POST", "/api/tags/groups", "tags"), TAGS, frozenset({"tags.post_add_group"}), "inside"
    ),
    "tag in a group": Way(
        "tag_name",
        tagged("POST", "/api/tags/groups/{group}/tags", "names"),
        TAGS,
        frozenset({"tags.post_add_tags"}),
        "inside",
    ),
    "group renamed": Way(
        "tag_name",
        tagged("PATCH", "/api/tags/groups/{group}", "name"),
        TAGS,
        frozenset({"tags.patch_edit_group"}),
        "inside",
    ),
    "tag renamed": Way(
        "tag_name", tagged("PATCH", "/api/tags/{tag}", "name"), TAGS, frozenset({"tags.patch_edit_tag"}), "inside"
    ),
    "bot quotes a script": Way(
        "bot",
        bot_quotes_a_script,
        TELLING,
        _BOT | {"scripts.post_add_script", "scripts.patch_change_script"},
        "masked",
    ),
    "bot repeats a question": Way("bot", bot_repeats_a_question, TELLING, _BOT, "masked"),
    "bot greets": Way(
        "bot", bot_greets, TELLING, frozenset({"callbacks.post_receive", "chatbot.entered"}), "masked"
    ),
    "notice of a hit": Way("app_message", desk_tells_of_a_hit, TELLING, frozenset({"cases.notify"}), "masked"),
    "notice of a stopped script": Way(
        "app_message",
        owner_of_a_script_is_told,
        TELLING,
        # All of them say what they say through one function.
        frozenset(
            {
                *("replays.tell_owners", "replays.tell_owner", "replays.tell_about", "replays.tell_person"),
                *("acquisition.tell_keeper", "campaigns.tell_author"),
                *("operations.tell_of_break", "operations.tell_one_of_break"),
            }
        ),
        "masked",
    ),
}
