import time

from wecom_simulator.world.records import Customer, Follow


def test_ten_thousand_customers_list_get_and_save_quickly(simulator, client, capsys):
    """Generous bounds: they catch a scan of everything per call, not a slow machine."""
    world = simulator.world
    for number in range(10_000):
        customer = Customer(f"wmmany{number:026d}", f"客户{number}")
        world.put_follow(customer, Follow("zhang", 1700000000 + number))
    _ = client.token
    start = time.perf_counter()
    listed = client.get("externalcontact/list", userid="zhang")["external_userid"]
    list_seconds = time.perf_counter() - start
    start = time.perf_counter()
    for external_userid in listed[-100:]:
        assert client.get("externalcontact/get", external_userid=external_userid)["errcode"] == 0
    get_seconds = (time.perf_counter() - start) / 100
    start = time.perf_counter()
    body = {"userid_list": ["zhang"], "limit": 100}
    page = client.post("externalcontact/batch/get_by_user", body)
    batch_seconds = time.perf_counter() - start
    start = time.perf_counter()
    size = len(world.as_json())
    save_seconds = time.perf_counter() - start
    with capsys.disabled():
        print(
            f"\nsimulator, 10,000 customers: list {list_seconds * 1000:.0f} ms, get {get_seconds * 1000:.1f} ms, "
            f"batch of 100 {batch_seconds * 1000:.0f} ms, "
            f"state of {size / 1e6:.1f} MB in {save_seconds * 1000:.0f} ms"
        )
    assert len(listed) > 10_000
    assert len(page["external_contact_list"]) == 100
    assert list_seconds < 1
    assert get_seconds < 0.05
    assert batch_seconds < 1


def test_a_chain_of_500_stores_answers_quickly(simulator, client):
    """Sabotage: work out the department tree anew for every member."""
    world = simulator.world
    for number in range(500):
        department = world.admin_creates_department(f"门店{number}", 2)["department_id"]
        for place in range(4):
            world.admin_creates_member(f"g{number}x{place}", "导购", [department], "导购")
    _ = client.token
    start = time.perf_counter()
    assert len(client.get("externalcontact/get_follow_user_list")["follow_user"]) > 2000
    assert len(client.get("department/list")["department"]) > 500
    assert time.perf_counter() - start < 1


def test_a_rush_of_scans_does_not_slow_down(simulator):
    """And what is a day old is forgotten."""
    start = time.perf_counter()
    for number in range(5000):
        simulator.world.customer_scans(userid="zhang", name=f"客{number}")
    assert time.perf_counter() - start < 5
    assert simulator.callbacks.pending == 5000
    simulator.clock.advance(86401)
    simulator.world.customer_scans(userid="zhang", name="最后")
    assert len(simulator.world.state.welcome_codes) == 1
