"""The people of the shop 云裳服饰 in our own database, as a sync would have left them."""

from sqlalchemy.orm import Session

from app.staff import actions, queries
from app.viewer import Role, Viewer
from app.wecom.calls.contacts import Department, Member
from wecom_simulator import shop_people

GRANTED = {"he": Role.COMPLIANCE, "yun": Role.OPERATOR, "boss": Role.ADMIN}


def move_in(session: Session) -> None:
    """Eight departments, twenty members, three granted roles."""
    for department_id, name, parent_id in ((1, "云裳服饰", 0), *shop_people.DEPARTMENTS):
        actions.upsert_department(session, Department(department_id, name, parent_id, order=100 - department_id))
    for userid, name, department_id, position in shop_people.MEMBERS:
        leads = (department_id,) if position == shop_people.MANAGER else ()
        actions.upsert_member(
            session,
            Member(
                userid=userid,
                name=name,
                department_ids=(department_id,),
                leads=leads,
                main_department_id=department_id,
                position=position,
                status=1,
                avatar="",
                alias="",
            ),
        )
    actions.set_serving(session, [userid for userid, *_, position in shop_people.MEMBERS if "员" not in position])
    for userid, role in GRANTED.items():
        member = queries.member_by_userid(session, userid)
        assert member is not None
        actions.grant_role(session, "tests", member, role)


def viewer_called(session: Session, userid: str) -> Viewer:
    member = queries.member_by_userid(session, userid)
    assert member is not None, f"nobody is called {userid}"
    return queries.viewer_for(session, member)
