"""A load generator: keep-alive connections in a process of its own, requests made beforehand."""

import multiprocessing
import socket
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """
    :param seconds: latencies, sorted.
    """

    requests_per_second: float
    seconds: list[float]
    not_ok: int

    def percentile(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


def http_post(path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def http_get(path: str, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


def drive(port: int, requests: list[bytes], *, connections: int) -> Measured:
    """Send every request once over `connections` sockets, closed loop, from another process."""
    receiving, sending = multiprocessing.get_context("fork").Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_drive, args=(port, requests, connections, sending)
    )
    process.start()
    measured: Measured = receiving.recv()
    process.join()
    return measured


def _drive(
    port: int, requests: list[bytes], connections: int, sending: "multiprocessing.connection.Connection"
) -> None:
    seconds: list[float] = []
    not_ok = 0
    lock = threading.Lock()

    def work(mine: list[bytes]) -> None:
        nonlocal not_ok
        times, bad = [], 0
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in mine:
                began = time.perf_counter()
                connection.sendall(request)
                bad += not _read_answer(connection).startswith(b"HTTP/1.1 200")
                times.append(time.perf_counter() - began)
        with lock:
            seconds.extend(times)
            not_ok += bad

    threads = [
        threading.Thread(target=work, args=(requests[number::connections],)) for number in range(connections)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    sending.send(Measured(len(seconds) / took, sorted(seconds), not_ok))


def _read_answer(connection: socket.socket) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("the server hung up")
        answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head
