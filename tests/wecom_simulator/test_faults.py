import pytest
import requests

from tests.wecom_simulator.speaking import WANG_JIE
from wecom_simulator import Answer, Http, Reset, Truncated

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
