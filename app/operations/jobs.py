"""Telling the people who look after this installation what cannot wait until they look."""

from app.audit import queries as audit
from app.audit.models import AuditCheck
from app.operations.wording import break_found, plain_break
from app.outbound.telling import tell
from app.outbox import Running, enqueue, job
from app.staff.queries import with_role
from app.viewer import Role


@job("operations.tell_of_break")
def tell_of_break(running: Running, check_id: int) -> None:
    """The audit chain is not whole: admins and compliance hear of it, each once for this check."""
    with running.finishing() as session:
        for userid in with_role(session, Role.ADMIN, Role.COMPLIANCE):
            key = f"operations.tell_one_of_break:{check_id}:{userid}"
            enqueue(session, "operations.tell_one_of_break", key=key, check_id=check_id, userid=userid)


@job("operations.tell_one_of_break")
def tell_one_of_break(running: Running, check_id: int, userid: str) -> None:
    """Twice: the ledger knows that it was sent."""
    with running.transaction() as session:
        said = break_found(audit.problems_of(session.get_one(AuditCheck, check_id)))
    tell(f"audit_break:{check_id}:{userid}", userid, lambda _: said, plain=plain_break())
