"""The connection: reused while warm, never a parent's after a fork."""

import os
import socket

from app.wecom.client import WeCom
from tests.app.wecom.qyapi import Handler, Qyapi


def test_calls_share_a_connection(client: WeCom, qyapi: Qyapi) -> None:
    ports = set()

    def note(handler: Handler) -> None:
        ports.add(handler.client_address[1])
        handler.give(b'{"errcode":0}')

    qyapi.answers("user/get", note)
    for _ in range(5):
        client.call("user/get")
    assert len(ports) == 1


def test_a_forked_child_speaks_on_its_own_connection(client: WeCom, qyapi: Qyapi) -> None:
    """RQ forks a process for each job. Sabotage: one session for all mixes the answers of parent and child."""
    ports = []

    def note(handler: Handler) -> None:
        ports.append(handler.client_address[1])
        handler.give(b'{"errcode":0}')

    qyapi.answers("user/get", note)
    client.call("user/get")
    ours, childs = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            client.call("user/get")
            childs.send(b"ok")
        finally:
            os._exit(0)
    childs.close()
    assert ours.recv(2) == b"ok"
    os.waitpid(child, 0)
    ours.close()
    client.call("user/get")
    assert len(ports) == 3
    assert ports[0] == ports[2] != ports[1]
