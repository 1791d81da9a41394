"""Deciding that somebody is told something, once: the row and the job that sends it are one commit."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.cases.models import Notice, NoticeKind
from app.outbox import enqueue


def tell(
    session: Session, member_id: int, kind: NoticeKind, *, key: str, title: str, body: str, path: str
) -> bool:
    """
    :param key: there is one notice of a kind for a person under it.
    :param path: of our own pages, where a tap leads.
    :returns: whether it was new.
    """
    notice_id = session.scalar(
        insert(Notice)
        .values(member_id=member_id, kind=kind, key=key, at=clock.now(), title=title, body=body, path=path)
        .on_conflict_do_nothing(index_elements=[Notice.member_id, Notice.kind, Notice.key])
        .returning(Notice.id)
    )
    if notice_id is None:
        return False
    enqueue(session, "cases.notify", notice_id=notice_id)
    return True
