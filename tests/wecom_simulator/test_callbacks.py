import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from tests.wecom_simulator.speaking import AES_KEY, CORP_ID, TOKEN, WANG_JIE, value
from wecom_simulator import Simulator


def scan(simulator, name="新客"):
    return simulator.world.customer_scans(userid="lin", name=name)


def test_each_retry_is_sealed_anew_around_the_same_plaintext(simulator, mailbox):
    """Who drops repeats by ciphertext handles one event four times."""
    mailbox.answers = [requests.Timeout()] * 3
    scan(simulator)
    simulator.callbacks.deliver_pending()
    assert len(set(mailbox.plain)) == 1
    assert len(set(mailbox.sealed)) == 4
    assert [each.state for each in simulator.callbacks.sent] == ["delivered"]


def test_three_retries_and_no_more(simulator, mailbox):
    mailbox.answers = [requests.ConnectionError()] * 9
    scan(simulator)
    simulator.callbacks.deliver_pending()
    assert len(mailbox.plain) == 4
    assert [each.state for each in simulator.callbacks.sent] == ["failed"]


@pytest.mark.parametrize(("switch", "attempts"), [(False, 1), (True, 4)])
def test_whether_a_500_is_retried_is_a_switch(simulator, mailbox, switch, attempts):
    simulator.callbacks.retry_on_non_200 = switch
    mailbox.answers = [500] * 9
    scan(simulator)
    simulator.callbacks.deliver_pending()
    assert len(mailbox.plain) == attempts


def test_lost_doubled_and_reordered(simulator, mailbox):
    simulator.callbacks.lose = 1.0
    scan(simulator, "丢")
    simulator.callbacks.lose = 0.0
    simulator.callbacks.duplicate = 1.0
    scan(simulator, "重")
    simulator.callbacks.duplicate = 0.0
    simulator.callbacks.deliver_pending()
    assert len(mailbox.plain) == 2
    assert mailbox.plain[0] == mailbox.plain[1]
    simulator.callbacks.reorder = True
    met = scan(simulator, "乱")
    simulator.world.customer_deletes(met["external_userid"], "lin")
    simulator.callbacks.deliver_pending()
    assert mailbox.events()[2:] == ["del_follow_user", "add_external_contact"]


def test_from_user_name_is_always_sys_and_seconds_collide(simulator, mailbox):
    """So FromUserName + CreateTime cannot be the key of an event."""
    for number in range(20):
        scan(simulator, f"客{number}")
    simulator.callbacks.deliver_pending()
    keys = {(value(text, "FromUserName"), value(text, "CreateTime")) for text in mailbox.plain}
    assert len(mailbox.plain) == 20
    assert len(keys) < 20


def test_members_out_of_sight_and_unlisted_apps_get_nothing(simulator, mailbox):
    simulator.world.application().visible_departments = [3]
    scan(simulator)
    simulator.world.application().visible_departments = [1]
    simulator.world.application().callable_for_customers = False
    scan(simulator)
    simulator.callbacks.deliver_pending()
    assert mailbox.plain == []


def test_what_people_do_calls_back_in_the_documented_form(simulator, mailbox):
    world = simulator.world
    world.member_edits_customer("lin", WANG_JIE, remark="王姐姐")
    world.member_deletes_customer("lin", WANG_JIE, source="DELETE_BY_TRANSFER")
    world.customer_scans(userid="lin", external_userid=WANG_JIE, half=True)
    world.admin_updates_member("lin", departments=[11, 12], leader=False)
    world.admin_creates_department("杭州店", 2)
    simulator.callbacks.deliver_pending()
    assert mailbox.events() == [
        "edit_external_contact",
        "del_external_contact",
        "add_half_external_contact",
        "update_user",
        "create_party",
    ]
    assert value(mailbox.plain[1], "Source") == "DELETE_BY_TRANSFER"
    assert "<ChangeType>update_user</ChangeType>" in mailbox.plain[3]
    assert value(mailbox.plain[3], "Department") == "11,12"


def test_a_name_cannot_break_out_of_its_cdata(simulator, mailbox):
    simulator.world.member_writes_to_app("lin", "a]]></Content><X>1</X>")
    simulator.callbacks.deliver_pending()
    assert "]]]]><![CDATA[></Content><X>" in mailbox.plain[0]


def test_the_url_is_verified_by_its_exact_echo(simulator, mailbox):
    assert simulator.callbacks.verify_url() == (True, "验证通过")
    mailbox.echo = '"123"'
    ok, reason = simulator.callbacks.verify_url()
    assert not ok
    assert "不能加引号" in reason


def test_callbacks_leave_by_themselves_over_http():
    """The thread, the real transport, the real signature in the query."""
    arrived: list[str] = []
    got_one = threading.Event()

    class App(BaseHTTPRequestHandler):
        def do_POST(self):
            arrived.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            got_one.set()

        def log_message(self, *_args):
            pass

    app = HTTPServer(("127.0.0.1", 0), App)
    serving = threading.Thread(target=app.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    url = f"http://127.0.0.1:{app.server_port}/wecom/callback"
    settings = {"callback_url": url, "callback_token": TOKEN, "encoding_aes_key": AES_KEY}
    with Simulator(corp_id=CORP_ID, agent_id=1000002, agent_secret="s", **settings) as simulator:
        simulator.seed_shop()
        scan(simulator)
        assert got_one.wait(5)
        simulator.callbacks.deliver_pending()
        assert [each.state for each in simulator.callbacks.sent] == ["delivered"]
    app.shutdown()
    serving.join()
    app.server_close()
    assert arrived[0].startswith("/wecom/callback?msg_signature=")


def test_without_a_callback_address_events_are_lost():
    with Simulator(corp_id=CORP_ID, agent_id=1000002, agent_secret="s") as simulator:
        simulator.seed_shop()
        scan(simulator)
        assert [each.state for each in simulator.callbacks.sent] == ["lost"]
        assert simulator.callbacks.deliver_pending() == 0


def test_by_themselves_events_leave_late_reordered_and_again(simulator, mailbox):
    """The thread's own way, not deliver_pending's."""
    mailbox.answers = [requests.Timeout()]
    line = simulator.callbacks
    line.reorder, line.delay, line.retry_interval, line.automatic = True, 0.05, 0.05, True
    met = scan(simulator)
    simulator.world.member_edits_customer("lin", met["external_userid"], remark="甲")
    simulator.world.customer_deletes(met["external_userid"], "lin")
    assert line.wait_until_idle(5)
    assert mailbox.events() == [
        "del_follow_user",
        "edit_external_contact",
        "add_external_contact",
        "del_follow_user",
    ]
