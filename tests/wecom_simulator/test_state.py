from tests.wecom_simulator.speaking import CORP_ID, SECRET, WANG_JIE, Client
from wecom_simulator import Simulator

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def start(path, corp_id=CORP_ID):
    return Simulator(corp_id=corp_id, agent_id="1000002", agent_secret=SECRET, state_file=path)


def test_a_restart_keeps_the_world(tmp_path):
    """Tokens, uploads, chats, tasks: the app's caches stay right over a restart."""
    path = tmp_path / "simulator" / "world.json"
    with start(path) as first:
        first.seed_shop()
        first.clock.advance(1000)
        client = Client(first)
        token = client.token
        media_id = client.upload("media/upload", PNG, type="image")["media_id"]
        first.world.customer_writes(WANG_JIE, "lin", "记得我吗")
        client.session.close()
        revision = first.world.as_json()
    with start(path) as second:
        assert not second.started_empty
        assert second.world.as_json().replace(b'"clock_offset":1000.0', b'"clock_offset":0.0') == revision
        client = Client(second)
        assert client.raw("user/get", {"access_token": token, "userid": "lin"})["errcode"] == 0
        url = f"{second.url}/cgi-bin/media/get?access_token={token}&media_id={media_id}"
        assert client.session.get(url).content == PNG
        assert len(second.world.customers_of("lin")) > 30
        assert second.clock.offset > 999
        client.session.close()


def test_changes_are_on_disk_soon_without_a_clean_end(tmp_path):
    path = tmp_path / "world.json"
    with start(path) as simulator:
        simulator.seed_shop()
        simulator.save()
        before = path.read_bytes()
        simulator.world.customer_writes(WANG_JIE, "lin", "新消息")
        simulator.save()
        assert "新消息".encode() in path.read_bytes()
        assert path.read_bytes() != before
        assert not path.with_suffix(".new").exists()


def test_an_unreadable_file_is_kept_aside(tmp_path):
    path = tmp_path / "world.json"
    path.write_text("{broken")
    with start(path) as simulator:
        assert simulator.started_empty
    assert path.with_suffix(".unreadable").read_text() == "{broken"


def test_the_same_shop_for_any_corp(tmp_path):
    with start(None) as one, start(None, "wwanother") as two:
        one.seed_shop()
        two.seed_shop()
        assert list(one.world.state.customers) == list(two.world.state.customers)
        assert len(one.world.state.customers) == 300
        assert len(one.world.state.members) == 20
        assert len(one.world.state.groups) == 20
        assert two.world.state.corp_id == "wwanother"


def test_a_reset_makes_new_ids_and_kills_tokens(simulator, client):
    token = client.token
    made = simulator.world.customer_scans(userid="lin", name="甲")["external_userid"]
    assert client.control("reset", {})["revision"]
    assert client.raw("user/get", {"access_token": token, "userid": "lin"})["errcode"] == 40014
    assert simulator.world.customer_scans(userid="lin", name="乙")["external_userid"] != made
    client.control("reset", {"seed": False})
    assert simulator.world.state.members == {}
