import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.wecom_simulator.speaking import WANG_JIE
from wecom_simulator import Answer, Delay, Http, Reset, Truncated

PATH = "externalcontact/add_msg_template"
BODY = {"sender": "lin", "external_userid": [WANG_JIE], "text": {"content": "新品"}}


def made(simulator):
    return len(simulator.world.state.mass_messages)


def test_one_fault_per_call_then_normal_again(simulator, client):
    simulator.script[PATH] = [Answer(errcode=45009), Answer(errcode=-1)]
    codes = [client.post(PATH, BODY)["errcode"] for _ in range(3)]
    assert codes == [45009, -1, 0]
    assert made(simulator) == 1
    assert simulator.calls.count(PATH) == 3
    assert simulator.calls.to(PATH)[0].body == BODY


@pytest.mark.parametrize(("after_effect", "tasks"), [(False, 0), (True, 1)])
def test_a_reset_leaves_the_work_undone_or_done(simulator, client, after_effect, tasks):
    """The client cannot tell which: it must not simply try again."""
    _ = client.token
    simulator.script[f"/cgi-bin/{PATH}"] = [Reset(after_effect=after_effect)]
    with pytest.raises(requests.ConnectionError):
        client.post(PATH, BODY)
    assert made(simulator) == tasks
    assert simulator.calls.to(PATH)[0].answer is None


@pytest.mark.parametrize(("after_effect", "tasks"), [(False, 0), (True, 1)])
def test_a_time_out_leaves_the_work_undone_or_done(simulator, client, after_effect, tasks):
    token = client.token
    simulator.script[PATH] = [Delay(0.3, after_effect=after_effect)]
    with pytest.raises(requests.Timeout):
        requests.post(f"{simulator.url}/cgi-bin/{PATH}?access_token={token}", json=BODY, timeout=0.1)
    assert made(simulator) == tasks


def test_a_truncated_answer_breaks_off(simulator, client):
    _ = client.token
    simulator.script[PATH] = [Truncated()]
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.post(PATH, BODY)
    assert made(simulator) == 1


def test_a_gateway_page_has_its_status(simulator, client):
    token = client.token
    simulator.script["*"] = [Http(502)]
    answer = client.session.post(f"{simulator.url}/cgi-bin/{PATH}?access_token={token}", json=BODY)
    assert answer.status_code == 502
    assert made(simulator) == 0


def test_faults_are_scripted_over_http_too(simulator, client):
    faults = [{"kind": "answer", "errcode": 40096}]
    assert client.control("faults", {"path": PATH, "faults": faults})["faults"][PATH]
    assert client.post(PATH, BODY)["errcode"] == 40096
    assert client.control("faults")["faults"] == {}
    assert "error" in client.control("faults", {"path": "nothing", "faults": faults})
    assert "error" in client.control("faults", {"path": PATH, "faults": [{"kind": "smoke"}]})
    assert "error" in client.control("faults", {"path": PATH, "faults": [{"kind": "delay"}]})


def test_too_many_calls_of_one_api_at_once_are_45033(simulator, client):
    """A delayed call is still running, also when its work is done."""
    _ = client.token
    simulator.switches.max_concurrent_calls = 1
    simulator.script[PATH] = [Delay(30)]
    slow = threading.Thread(target=client.post, args=(PATH, BODY))
    slow.start()
    with simulator.world.changed_condition:
        assert simulator.world.changed_condition.wait_for(lambda: made(simulator) == 1, timeout=5)
    assert client.post(PATH, BODY)["errcode"] == 45033
    assert client.get("user/get", userid="lin")["errcode"] == 0
    simulator.dispatcher.closing.set()
    slow.join(5)
    assert client.post(PATH, BODY)["errcode"] == 0


def test_many_at_once_lose_nothing(simulator, client):
    """Calls, people and looking at the state from many threads: every effect is there once."""
    token = client.token

    def work(number):
        url = f"{simulator.url}/cgi-bin/externalcontact/remark?access_token={token}"
        met = simulator.world.customer_scans(userid="lin", name=f"客{number}")
        body = {"userid": "lin", "external_userid": met["external_userid"], "remark": f"备注{number}"}
        answer = requests.post(url, json=body).json()
        assert requests.get(f"{simulator.url}/simulator/chats?userid=lin").status_code == 200
        simulator.world.as_json()
        return answer["errcode"], met["external_userid"]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(60)))
    assert {errcode for errcode, _ in results} == {0}
    ids = [external_userid for _, external_userid in results]
    assert len(set(ids)) == 60
    remarks = [simulator.world.state.customers[each].follows["lin"].remark for each in ids]
    assert remarks == [f"备注{number}" for number in range(60)]
    assert simulator.callbacks.deliver_pending() == 60
