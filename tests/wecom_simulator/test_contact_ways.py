import pytest


def add(client, **fields):
    body = {"type": 1, "scene": 2, "user": ["lin"], "state": "window", **fields}
    return client.post("externalcontact/add_contact_way", body)


def test_a_way_lives_from_add_to_delete(simulator, client):
    made = add(client, remark="橱窗码")
    assert client.session.get(made["qr_code"]).headers["Content-Type"] == "image/svg+xml"
    way = client.post("externalcontact/get_contact_way", {"config_id": made["config_id"]})["contact_way"]
    assert (way["state"], way["skip_verify"], way["user"]) == ("window", True, ["lin"])
    body = {"config_id": made["config_id"], "state": "door", "user": ["zhang"]}
    assert client.post("externalcontact/update_contact_way", body)["errcode"] == 0
    assert simulator.world.customer_scans(made["config_id"], name="客")["userid"] == "zhang"
    assert client.post("externalcontact/del_contact_way", {"config_id": made["config_id"]})["errcode"] == 0
    gone = client.post("externalcontact/get_contact_way", {"config_id": made["config_id"]})
    assert gone["errcode"] == 41044


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"type": 3}, 41037),
        ({"scene": None}, 41038),
        ({"user": ["lin", "zhang"]}, 40031),
        ({"user": ["nobody"]}, 40003),
        ({"user": ["boss"]}, 41054),
        ({"user": "lin"}, 40035),
        ({"state": "s" * 31}, 40058),
        ({"type": 2, "user": [], "party": [99]}, 40066),
    ],
)
def test_bad_ways_are_refused_and_not_kept(simulator, client, fields, errcode):
    before = len(simulator.world.state.contact_ways)
    assert add(client, **fields)["errcode"] == errcode
    assert len(simulator.world.state.contact_ways) == before


def test_ways_are_listed_in_pages(client):
    first = client.post("externalcontact/list_contact_way", {"limit": 10})
    rest = client.post("externalcontact/list_contact_way", {"limit": 10, "cursor": first["next_cursor"]})
    assert len(first["contact_way"]) == 10
    assert len(rest["contact_way"]) == 3
    assert rest["next_cursor"] == ""
