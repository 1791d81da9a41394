"""Editing one's own customer, revealing a number, and the console's list."""

from dataclasses import replace

from flask import Blueprint

from app.customers import actions, phones, queries, views
from app.customers.schemas import (
    CustomerList,
    CustomersQuery,
    FollowEdit,
    FollowEdited,
    PhoneAt,
    RevealBody,
    RevealedPhone,
)
from app.customers.wording import cleared, writing_of
from app.db import transaction
from app.http import route
from app.staff.queries import store_tree
from app.viewer import EVERY_ROLE, HEAD_OFFICE, Role, Viewer

blueprint = Blueprint("customers", __name__)


@route(
    blueprint,
    "PATCH",
    "/api/customers/<external_user_id>/follow",
    may=EVERY_ROLE,
    body=FollowEdit,
    answer=FollowEdited,
)
def edit_follow(viewer: Viewer, body: FollowEdit, external_user_id: str) -> FollowEdited:
    """Change remark, description or phones of one's own customer; written back to WeCom by a job."""
    edit = actions.Edit(
        remark=None if body.remark is None else body.remark.strip(),
        description=None if body.description is None else body.description.strip(),
        phones=None
        if body.phones is None
        else [each.index if isinstance(each, PhoneAt) else each.phone for each in body.phones],
        expected=(body.expected.remark, body.expected.description) if body.expected else None,
    )
    actions.check_edit(edit)
    with transaction() as session:
        follow = queries.own_follow(session, viewer, external_user_id, lock=True)
        texts = {"remark": edit.remark, "description": edit.description}
        subject = f"customer:{external_user_id}"
        passed = cleared(
            session,
            texts,
            channel="remark",
            on_behalf_of=viewer.userid,
            subject=subject,
            occasion=writing_of(follow.id, follow.write_number + 1),
            is_try=True,
            by=viewer,
        )
        if "remark" in passed:
            edit = replace(edit, remark=passed["remark"].text)
        if "description" in passed:
            edit = replace(edit, description=passed["description"].text)
        follow = actions.edit_follow(session, viewer, external_user_id, edit)
        numbers = phones.rows_of(session, [follow.id]).get(follow.id, [])
        return FollowEdited(my_follow=views.follow_view(follow, numbers, {}))


@route(
    blueprint,
    "POST",
    "/api/customers/<external_user_id>/phones/<int:index>/reveal",
    may=EVERY_ROLE,
    body=RevealBody,
    answer=RevealedPhone,
)
def reveal_phone(viewer: Viewer, body: RevealBody, external_user_id: str, index: int) -> RevealedPhone:
    """The whole number, with a reason; recorded and limited."""
    with transaction() as session:
        phone = actions.reveal_phone(
            session,
            viewer,
            external_user_id,
            position=index,
            userid=body.userid.lower() if body.userid else None,
            reason=body.reason,
            note=body.note,
        )
    return RevealedPhone(phone=phone)


@route(
    blueprint,
    "GET",
    "/api/customers",
    may=HEAD_OFFICE | {Role.STORE_MANAGER},
    query=CustomersQuery,
    answer=CustomerList,
)
def list_customers(viewer: Viewer, query: CustomersQuery) -> CustomerList:
    """The customers of a manager's stores, or all, with search and filters."""
    with transaction() as session:
        found = queries.search(
            viewer,
            text=query.q,
            member_department_ids=store_tree(session, query.store_id) if query.store_id is not None else None,
            userid=query.userid,
            tag_ids=query.tag_ids,
            any_tag=query.any_tag,
            relation=query.relation,
            added_after=query.added_after,
            added_before=query.added_before,
        )
        customers, total = queries.page(
            session, found, sort=query.sort, offset=query.offset, limit=query.page_size
        )
        known = queries.followers(session, viewer, [each.id for each in customers])
        followers = {each: [row for row in rows if row.in_scope] for each, rows in known.items()}
        numbers = phones.rows_of(session, (row.follow.id for rows in followers.values() for row in rows))
        items = [views.customer_row(viewer, each, followers.get(each.id, []), numbers) for each in customers]
        return CustomerList(items=items, total=total)
