"""
The card of the open customer, the one request the sidebar makes for it, with 100,000 customers in the database:
`python -m benchmarks.card`. Signed in, over HTTP; the same server's lightest answer beside.
"""

import os
import tempfile
from pathlib import Path

from sqlalchemy import text

from app import db
from app.staff import sessions
from app.staff.models import Member
from app.staff.signing_in import session_cookie
from benchmarks.load import Measured, drive, http_get
from tests.faults.plant import Plant, running_plant
from tests.support import shop

CUSTOMERS = 10_000 if os.environ.get("BENCH_SIZE") == "ci" else 100_000
REQUESTS = 400 if os.environ.get("BENCH_SIZE") == "ci" else 4_000
GUIDE = "lin"
LIMIT_MS = 300
"""ux: profile API p95."""

FILL = """
INSERT INTO customers (external_user_id, name, avatar, type, gender, corp_name, position, unionid,
                       synced_at, first_added_at)
SELECT 'wm' || lpad(n::text, 30, '0'), '客户' || n, '', 1, 2, '', '', '', now(), now() - n * interval '1 minute'
FROM generate_series(1, :customers) n;
INSERT INTO follows (customer_id, member_id, userid, remark, description, add_way, state, oper_userid, added_at,
                     tag_ids, base_remark, base_description, write_state, tag_write_state, write_number,
                     pending_fields, synced_at)
SELECT c.id, m.id, m.userid, '备注' || c.id, '喜欢通勤', 1, 'till-lin', m.userid,
       now() - c.id * interval '1 minute', ARRAY['et1', 'et2'], '备注' || c.id, '喜欢通勤', 'synced', 'synced', 0,
       '{}', now()
FROM customers c
JOIN members m ON m.id = 1 + c.id % (SELECT count(*) FROM members) OR (c.id % 10 = 0 AND m.userid = :guide);
INSERT INTO customer_events (customer_id, member_id, kind, at, details)
SELECT f.customer_id, f.member_id, 'added', f.added_at + n * interval '1 hour', '{}'
FROM follows f, generate_series(1, 5) n;
ANALYZE;
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as home, running_plant(Path(home)) as plant:
        fill()
        plant.run_web()
        cookie = sign_in(plant)
        print(f"  {CUSTOMERS} customers, {plant.ask('SELECT count(*) FROM follows')} follows")
        show("a live sign", drive(plant.port, [http_get("/healthz", {})] * REQUESTS, connections=1))
        for connections in (1, 4):
            show(
                f"the card, {connections} at a time", drive(plant.port, requests(cookie), connections=connections)
            )


def fill() -> None:
    with db.transaction() as session:
        shop.move_in(session)
        for statement in FILL.split(";\n"):
            if statement.strip():
                session.execute(text(statement), {"customers": CUSTOMERS, "guide": GUIDE})


def sign_in(plant: Plant) -> str:
    with db.transaction() as session:
        member = session.query(Member).filter_by(userid=GUIDE).one()
        return f"{session_cookie(plant.settings)}={sessions.begin(session, member)}"


def requests(cookie: str) -> list[bytes]:
    with db.transaction() as session:
        mine = session.execute(
            text(
                "SELECT c.external_user_id FROM customers c JOIN follows f ON f.customer_id = c.id "
                "WHERE f.userid = :guide ORDER BY md5(c.id::text) LIMIT :limit"
            ),
            {"guide": GUIDE, "limit": REQUESTS},
        ).scalars()
        return [http_get(f"/api/sidebar/customers/{each}", {"Cookie": cookie}) for each in mine]


def show(name: str, measured: Measured) -> None:
    p50, p95 = (measured.percentile(share) * 1000 for share in (0.5, 0.95))
    print(
        f"  {name:<24} {measured.requests_per_second:7.0f} requests/s   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms"
        f"   (limit {LIMIT_MS})   not 200: {measured.not_ok}",
        flush=True,
    )


if __name__ == "__main__":
    main()
