"""What grows with the shop and what does not. Counted in lines of Python: a busy machine runs as many."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.effort import lines_run
from tests.wecom_simulator.speaking import Client
from wecom_simulator import Simulator
from wecom_simulator.world.records import Customer, Follow


def lines_of(client: Client, path: str, body: Any = None, **query: Any) -> int:
    """What the simulator runs for one call, on a connection and in a thread of its own."""
    fresh = Client(client.simulator)
    fresh.take_token_of(client)
    with lines_run() as lines, fresh.session:
        answer = fresh.get(path, **query) if body is None else fresh.post(path, body)
    assert answer["errcode"] == 0
    return lines.counted


def with_customers(simulator: Simulator, first: int, last: int) -> None:
    for number in range(first, last):
        customer = Customer(f"wmmany{number:026d}", f"客户{number}")
        simulator.world.put_follow(customer, Follow("zhang", 1700000000 + number))


def test_one_customer_costs_the_same_whether_there_are_a_hundred_or_five_thousand(
    simulator: Simulator, client: Client
) -> None:
    """Sabotage: look for the customer among all follows."""
    someone: dict[str, Any] = {"external_userid": f"wmmany{7:026d}"}
    page = {"userid_list": ["zhang"], "limit": 100}
    with_customers(simulator, 0, 100)
    get_few = lines_of(client, "externalcontact/get", **someone)
    page_few = lines_of(client, "externalcontact/batch/get_by_user", page)
    with_customers(simulator, 100, 5_000)
    assert lines_of(client, "externalcontact/get", **someone) < 1.5 * get_few
    assert lines_of(client, "externalcontact/batch/get_by_user", page) < 3 * page_few


def test_a_list_of_customers_costs_in_proportion(simulator: Simulator, client: Client) -> None:
    with_customers(simulator, 0, 500)
    few = lines_of(client, "externalcontact/list", userid="zhang")
    with_customers(simulator, 500, 5_000)
    assert lines_of(client, "externalcontact/list", userid="zhang") < 15 * few


@pytest.mark.parametrize("path", ["externalcontact/get_follow_user_list", "department/list"])
def test_a_chain_of_500_stores_costs_in_proportion(simulator: Simulator, client: Client, path: str) -> None:
    """Sabotage: work out the department tree anew for every member."""

    def with_stores(first: int, last: int) -> None:
        for number in range(first, last):
            department = simulator.world.admin_creates_department(f"门店{number}", 2)["department_id"]
            for place in range(4):
                simulator.world.admin_creates_member(f"g{number}x{place}", "导购", [department], "导购")

    with_stores(0, 50)
    few = lines_of(client, path)
    with_stores(50, 500)
    assert lines_of(client, path) < 15 * few


def test_a_rush_of_scans_does_not_slow_down(simulator: Simulator) -> None:
    def scans(first: int, last: int) -> int:
        with lines_run() as lines:
            for number in range(first, last):
                simulator.world.customer_scans(userid="zhang", name=f"客{number}")
        return lines.counted

    few = scans(0, 100)
    scans(100, 2_000)
    assert scans(2_000, 2_100) < 1.5 * few
    assert simulator.callbacks.pending == 2_100
