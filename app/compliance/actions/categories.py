"""Categories of this shop's own. An entry never makes one by a slip of the pen."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.audit.actions import record
from app.compliance.models import Category
from app.errors import Conflict, Invalid
from app.viewer import Viewer
from sensitive_words import CATEGORIES

LONGEST_NAME = 20


def add_category(session: Session, viewer: Viewer, name: str) -> str:
    """
    :returns: the category as entries name it.
    :raises Invalid: for a name that cannot be used.
    :raises Conflict: if there is such a category already.
    """
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST_NAME:
        sentence = f"类别名要有 1 到 {LONGEST_NAME} 个字"
        raise Invalid(f"{sentence}。", fields={"name": sentence})
    known = wanted in CATEGORIES or wanted in CATEGORIES.values()
    added = None
    if not known:
        statement = insert(Category).values(name=wanted, created_by=viewer.userid, created_at=clock.now())
        added = session.scalar(statement.on_conflict_do_nothing().returning(Category.name))
    if added is None:
        raise Conflict(f"已有类别「{wanted}」，直接选它就好。", code="category_exists")
    record(session, viewer, "lexicon.category_added", subject=f"lexicon_category:{wanted}")
    return wanted
