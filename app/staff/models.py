"""Who works here, in which stores, with which roles; and who is signed in."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.viewer import Role


class Department(Base):
    """A department of WeCom. One that holds guides is a store."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """WeCom's own number; 1 is the root."""
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    """No foreign key: WeCom's events may bring a child before its parent."""
    order: Mapped[int] = mapped_column(BigInteger, default=0)
    deleted_at: Mapped[datetime | None]
    synced_at: Mapped[datetime]

    __table_args__ = (Index("ix_departments_parent_id", "parent_id"),)


class Member(Base):
    """A member of WeCom as far as our app may see them. Kept after they left: customers point here."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    userid: Mapped[str] = mapped_column(unique=True)
    """Lower case: WeCom does not tell cases apart and answers in lower case in some places."""
    name: Mapped[str]
    alias: Mapped[str] = mapped_column(default="")
    position: Mapped[str] = mapped_column(default="")
    avatar: Mapped[str] = mapped_column(default="")
    """Empty for apps made after 2022-06-20, which WeCom does not show it to."""
    main_department_id: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[int] = mapped_column(default=1)
    """WeCom's: 1 active, 2 disabled, 4 not activated, 5 left."""
    serves_customers: Mapped[bool] = mapped_column(default=False)
    """Listed by get_follow_user_list: may use 客户联系."""
    left_at: Mapped[datetime | None]
    synced_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("userid = lower(userid)", name="userid_lower"),)


class MemberDepartment(Base):
    """Stays when the member leaves, so that the store's manager still sees whose customers those were."""

    __tablename__ = "member_departments"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    is_leader: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_member_departments_department_id", "department_id", "member_id"),)


class MemberRole(Base):
    """Roles that a person granted. Guide and store manager follow from WeCom and are not stored."""

    __tablename__ = "member_roles"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(Text, primary_key=True)
    granted_by: Mapped[str]
    granted_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("role IN ('compliance', 'operator', 'admin')", name="role_is_granted"),)


class SignIn(Base):
    """A session. The browser holds the token; we hold its SHA-256."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """However busy the session is, it ends then."""
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_sign_ins_open", "member_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_sign_ins_expires_at", "expires_at"),
    )


class UsedState(Base):
    """A sign-in `state` that came back once already; kept for its five minutes."""

    __tablename__ = "used_states"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime]
