"""The values of a script's variables for this customer, this guide and this store."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.customers.models import Customer, Follow
from app.scripts.addressing import address_of, surname_of
from app.scripts.models import StoreDetails
from app.staff.models import Department, Member
from app.tags.models import Tag, TagGroup
from app.viewer import Viewer

MEMBERSHIP = "会员等级"
"""The tag group whose tag on a customer is their membership."""
PLAIN_POSITIONS = frozenset({"", "导购", "员工"})


def values_for(session: Session, viewer: Viewer, customer: Customer | None) -> dict[str, str]:
    """
    What is known; what is not is left out, so that the variable's fallback or a blank stands there.

    :param customer: None in a group, or when nobody's chat is open.
    """
    member = session.get_one(Member, viewer.member_id)
    values = {
        "导购名": member.name,
        "导购身份": "" if member.position in PLAIN_POSITIONS else member.position,
        **store_values(session, member.main_department_id),
    }
    if customer is not None:
        values |= _customer_values(session, viewer, customer)
    return {name: value for name, value in values.items() if value.strip()}


def store_values(session: Session, department_id: int | None) -> dict[str, str]:
    """Each from the nearest department upwards that says it."""
    ladder = _ladder(session, department_id)
    details = {
        row.department_id: row
        for row in session.scalars(
            select(StoreDetails).where(StoreDetails.department_id.in_([each.id for each in ladder]))
        )
    }
    said = [details[each.id] for each in ladder if each.id in details]
    return {
        "门店名": ladder[0].name if ladder else "",
        "门店地址": next((each.address for each in said if each.address), ""),
        "门店电话": next((each.phone for each in said if each.phone), ""),
        "营业时间": next((each.opening_hours for each in said if each.opening_hours), ""),
        "品牌名": next((each.brand for each in said if each.brand), ""),
    }


def _ladder(session: Session, department_id: int | None) -> list[Department]:
    """The department and those above it, the nearest first."""
    every: Mapping[int, Department] = {each.id: each for each in session.scalars(select(Department))}
    climbed: list[Department] = []
    here = every.get(department_id or 0)
    while here is not None and here not in climbed:
        climbed.append(here)
        here = every.get(here.parent_id or 0)
    return climbed


def _customer_values(session: Session, viewer: Viewer, customer: Customer) -> dict[str, str]:
    own = session.scalar(
        select(Follow).where(Follow.customer_id == customer.id, Follow.member_id == viewer.member_id)
    )
    remark = own.remark if own else ""
    membership = session.scalar(
        select(Tag.name)
        .join(TagGroup, TagGroup.id == Tag.group_id)
        .where(TagGroup.name == MEMBERSHIP, Tag.id.in_(own.tag_ids if own else []), Tag.deleted_at.is_(None))
        .order_by(Tag.order.desc(), Tag.id)
        .limit(1)
    )
    return {
        "称呼": address_of(remark, customer.name),
        "昵称": address_of("", customer.name),
        "姓氏": surname_of(remark),
        "会员等级": membership or "",
    }
