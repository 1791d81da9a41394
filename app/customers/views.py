"""Rows as people see them. Pure: what belongs together was read before."""

from collections.abc import Mapping, Sequence

from app.customers import queries
from app.customers.models import Customer, Follow, FollowPhone, WriteState
from app.customers.queries import Follower
from app.customers.schemas import CustomerRow, FollowerView, FollowView, MaskedPhone, SourceView
from app.customers.timeline import add_way_name
from app.viewer import Viewer


def source_view(follow: Follow, channels: Mapping[str, str]) -> SourceView:
    """
    :param channels: name of the contact code of each `state` that has one.
    """
    return SourceView(
        add_way=follow.add_way,
        add_way_name=add_way_name(follow.add_way),
        state=follow.state,
        channel_name=channels.get(follow.state),
    )


def follow_view(follow: Follow, numbers: Sequence[FollowPhone], channels: Mapping[str, str]) -> FollowView:
    return FollowView(
        remark=follow.remark,
        description=follow.description,
        phones=[MaskedPhone(index=row.position, masked=row.masked) for row in numbers],
        added_at=follow.added_at,
        source=source_view(follow, channels),
        write_state=WriteState(follow.write_state),
        write_error=follow.write_error,
        tag_ids=follow.tag_ids,
        tag_write_state=WriteState(follow.tag_write_state),
        tag_write_error=follow.tag_write_error,
        relation=queries.relation_of(follow),
        synced_at=follow.synced_at,
    )


def follower_view(viewer: Viewer, row: Follower, channels: Mapping[str, str]) -> FollowerView:
    follow, member = row.follow, row.member
    return FollowerView(
        userid=member.userid,
        name=member.name,
        store=row.store.name if row.store else None,
        remark=follow.remark if row.in_scope else "",
        added_at=follow.added_at,
        source=source_view(follow, channels),
        ended_at=follow.ended_at,
        ended_by=follow.ended_by,
        is_me=follow.member_id == viewer.member_id,
    )


def customer_row(
    viewer: Viewer,
    customer: Customer,
    followers: Sequence[Follower],
    numbers: Mapping[int, Sequence[FollowPhone]],
) -> CustomerRow:
    """
    :param followers: only those in the viewer's scope.
    """
    follows = [row.follow for row in followers]
    return CustomerRow(
        external_user_id=customer.external_user_id,
        name=customer.name,
        avatar=customer.avatar,
        type=customer.type,
        corp_name=customer.corp_name,
        first_added_at=customer.first_added_at,
        followers=[follower_view(viewer, row, {}) for row in followers],
        tag_ids=sorted({tag_id for follow in follows for tag_id in follow.tag_ids}),
        phones=list(dict.fromkeys(row.masked for follow in follows for row in numbers.get(follow.id, ()))),
    )
