"""Members and departments (通讯录). Avatar, mobile and e-mail are absent for apps made after 2022-06-20."""

from dataclasses import dataclass

from app.wecom.answers import Answer
from app.wecom.client import WeCom

ROOT_DEPARTMENT = 1


@dataclass(frozen=True, slots=True)
class Member:
    """
    :param userid: lower case, as message/send and sign-in return it: WeCom does not tell upper from lower here.
    :param leads: of `department_ids`, those where the member is marked as leader.
    :param status: 1 active, 2 disabled, 4 not activated, 5 left.
    """

    userid: str
    name: str
    department_ids: tuple[int, ...]
    leads: tuple[int, ...]
    main_department_id: int
    position: str
    status: int
    avatar: str
    alias: str

    @property
    def is_active(self) -> bool:
        return self.status == 1


@dataclass(frozen=True, slots=True)
class Department:
    """`order`: the larger comes first. The root has the id 1 and the parent 0."""

    department_id: int
    name: str
    parent_id: int
    order: int


def user_get(client: WeCom, userid: str) -> Member:
    """
    https://developer.work.weixin.qq.com/document/path/90196

    :raises Refused: 60111 or 46004 if there is none, 60021 if the app may not see it.
    """
    return _member(client.call("user/get", query={"userid": userid}))


def users_of_department(client: WeCom, department_id: int) -> list[Member]:
    """
    The members of one department, without those of the departments below it.

    https://developer.work.weixin.qq.com/document/path/90201
    """
    answer = client.call("user/list", query={"department_id": department_id})
    return [_member(each) for each in answer.objects("userlist")]


def department_list(client: WeCom) -> list[Department]:
    """
    Every department that the app sees.

    https://developer.work.weixin.qq.com/document/path/90208
    """
    answer = client.call("department/list")
    return [
        Department(each.number("id"), each.text("name"), each.number("parentid"), each.number("order"))
        for each in answer.objects("department")
    ]


def _member(answer: Answer) -> Member:
    department_ids = answer.numbers("department")
    leader_marks = answer.numbers("is_leader_in_dept")
    return Member(
        userid=answer.required_text("userid").lower(),
        name=answer.text("name"),
        department_ids=department_ids,
        leads=tuple(each for each, mark in zip(department_ids, leader_marks, strict=False) if mark),
        main_department_id=answer.number("main_department") or next(iter(department_ids), 0),
        position=answer.text("position"),
        status=answer.number("status") or 1,
        avatar=answer.text("avatar"),
        alias=answer.text("alias"),
    )
