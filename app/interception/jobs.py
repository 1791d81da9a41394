"""Looking at WeCom's rules and writing ours: claim → call → record, one rule at a time."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from app import clock
from app.errors import AppError, Conflict
from app.interception import actions, halving, recording
from app.interception.models import RuleState
from app.interception.planning import Seen, Step, Wanted, difference
from app.outbox import Lane, LostLease, Postpone, Running, job
from app.outbox.schedule import recurs
from app.wecom.calls import intercept_rules as calls
from app.wecom.client import wecom
from app.wecom.errors import NoAnswer, Refused, TryLater

ATTEMPTS = 5
PASSES = 4
"""What comes up while writing (a rule deleted by hand, a taken name) is planned anew so often within one run."""

GONE = frozenset({41070, 41071})
NAME_TAKEN = 41077
NOT_OURS = 48002
"""Made by another app: also a rule of ours in another life of this app."""

MOST_NODES = 1000
"""Of a range in one call."""

NodeT = TypeVar("NodeT", str, int)


@job("interception.run", lane=Lane.BULK, attempts=ATTEMPTS, time_limit=240)
def run(running: Running, run_id: int) -> None:
    """One run at a time, see the order key; what a dead one has written is found by the next look."""
    with running.transaction() as session:
        act = actions.hear(session, run_id)
    if act is None:
        return
    try:
        _carried_out(running, run_id)
    except (LostLease, Postpone):
        raise
    except Exception as error:
        waits = running.wait_after(error) is not None
        is_hopeless = isinstance(error, AppError) and not isinstance(error, TryLater | NoAnswer)
        with running.transaction() as session:
            if not waits and (is_hopeless or running.failures + 1 >= ATTEMPTS):
                actions.fail(session, run_id, _sentence(error))
            else:
                actions.note(session, run_id, _sentence(error))
        if not is_hopeless:
            raise


def _carried_out(running: Running, run_id: int) -> None:
    for _ in range(PASSES):
        _look(running, run_id)
        with running.transaction() as session:
            steps = actions.steps_of(session, run_id)
        # Not `any`: each step has to be made.
        if not sum(_Writer(running, run_id, step).write() for step in steps):
            break
    else:
        raise Conflict("企业微信里的规则一直在变，没有写完。请稍后重新核对。")
    with running.finishing() as session:
        actions.finish(session, run_id)


def _look(running: Running, run_id: int) -> None:
    """
    :raises Postpone: while a rule that got no answer may still appear.
    """
    client, began = wecom(), clock.now()
    with running.transaction() as session:
        names = recording.live_names(session)
    # The list may lag behind: what it does not name is asked for by id before it is believed gone.
    names |= {each.rule_id: each.name for each in calls.rules(client)}
    seen: dict[str, calls.Rule | None] = {}
    for rule_id in list(names):
        try:
            seen[rule_id] = calls.rule(client, rule_id)
        except Refused as refused:
            if refused.errcode in GONE:
                del names[rule_id]
            else:
                seen[rule_id] = None
    with running.transaction() as session:
        wait = recording.record_look(session, seen, names, at=began)
        if wait is not None:
            actions.note(session, run_id, "有规则建立时没有等到企业微信的答复，过一分钟再按名称查找。")
    if wait is not None:
        raise Postpone(wait, "a rule without an answer may still appear")


@dataclass
class _Writer:
    """One step. `write` says whether it left something that has to be planned anew."""

    running: Running
    run_id: int
    step: Step

    def write(self) -> bool:
        if self.step.act == "delete":
            return self._delete()
        wanted = self.step.wanted
        if wanted is None:
            raise ValueError(f"nothing is wanted of a step that should {self.step.act}")
        return self._create(wanted) if self.step.act == "create" else self._update(wanted)

    def _create(self, wanted: Wanted) -> bool:
        was_asked_for = wanted.id is not None
        with self.running.transaction() as session:
            if wanted.id is None:
                row = recording.add_rule(session, wanted)
                wanted = replace(wanted, id=row.id, name=row.name)
        first = replace(wanted, userids=wanted.userids[:MOST_NODES], departments=wanted.departments[:MOST_NODES])
        written: list[str] = []

        def put(words: list[str]) -> None:
            if written:
                self._change(written[0], replace(first, words=tuple(words)), ("words",))
            else:
                written.append(self._make(replace(first, words=tuple(words))))

        try:
            kept = halving.put_all_but_bad(put, (), wanted.words, self._refuse)
        except Refused as refused:
            if refused.errcode != NAME_TAKEN:
                raise
            if was_asked_for:  # and made: WeCom only does not list it yet
                with self.running.transaction() as session:
                    recording.release(session, _id_of(wanted), RuleState.UNKNOWN)
            else:
                self._forget(_id_of(wanted))
            return True
        if not kept:
            self._forget(_id_of(wanted))
        return len(kept) < len(wanted.words) or first != wanted

    def _make(self, wanted: Wanted) -> str:
        """Asked for once: only WeCom's own no lets it be asked for again without looking first."""
        row_id = _id_of(wanted)
        with self.running.transaction() as session:
            recording.claim(session, row_id, wanted.words)
        try:
            rule_id = calls.add_rule(
                wecom(),
                wanted.name,
                wanted.words,
                userids=wanted.userids,
                department_ids=wanted.departments,
                intercept_type=wanted.kind,
                semantics=wanted.semantics,
            )
        except (Refused, TryLater, NoAnswer) as error:
            with self.running.transaction() as session:
                is_open = isinstance(error, NoAnswer)
                recording.release(session, row_id, RuleState.UNKNOWN if is_open else RuleState.MISSING)
            raise
        with self.running.transaction() as session:
            recording.record_written(session, self.run_id, row_id, rule_id, _as_written(wanted))
        return rule_id

    def _update(self, wanted: Wanted) -> bool:
        row_id = _id_of(wanted)
        with self.running.transaction() as session:
            rule_id, seen = recording.live_rule(session, row_id)
        safe = [word for word in wanted.words if word in seen.words]
        properties = self.step.changes

        def put(words: list[str]) -> None:
            changes = (*properties, "words") if set(words) != set(seen.words) else properties
            self._change(rule_id, replace(wanted, words=tuple(words)), changes)

        try:
            kept = halving.put_all_but_bad(put, safe, self.step.added, self._refuse)
        except Refused as refused:
            if refused.errcode in GONE:
                with self.running.transaction() as session:
                    recording.record_missing(session, row_id)
                return True
            if refused.errcode == NOT_OURS:
                self._forget(row_id)
                return True
            raise
        if not kept:  # WeCom would say yes to an empty list and keep the old words
            calls.delete_rule(wecom(), rule_id)
            self._forget(row_id)
        with self.running.transaction() as session:
            recording.count_update(session, self.run_id)
        return len(kept) < len(wanted.words)

    def _change(self, rule_id: str, wanted: Wanted, changes: tuple[str, ...]) -> None:
        """What differs, and the range in portions; each is recorded as soon as WeCom has it."""
        row_id = _id_of(wanted)
        with self.running.transaction() as session:
            _, seen = recording.live_rule(session, row_id)
        while True:
            users, departments = set(wanted.userids), set(wanted.departments)
            more = _some(users - set(seen.userids)), _some(departments - set(seen.departments))
            less = _some(set(seen.userids) - users), _some(set(seen.departments) - departments)
            calls.update_rule(
                wecom(),
                rule_id,
                name=wanted.name if "name" in changes else None,
                words=wanted.words if "words" in changes else None,
                intercept_type=wanted.kind if "kind" in changes else None,
                semantics=wanted.semantics if "semantics" in changes else None,
                add_userids=more[0],
                add_department_ids=more[1],
                remove_userids=less[0],
                remove_department_ids=less[1],
            )
            seen = replace(
                _as_written(wanted),
                userids=tuple(sorted((set(seen.userids) | set(more[0])) - set(less[0]))),
                departments=tuple(sorted((set(seen.departments) | set(more[1])) - set(less[1]))),
            )
            with self.running.transaction() as session:
                recording.record_written(session, self.run_id, row_id, rule_id, seen)
            if difference(wanted, seen) is None:
                return
            changes = ()

    def _delete(self) -> bool:
        row_id = self.step.id or 0
        with self.running.transaction() as session:
            rule_id = recording.rule_id_of(session, row_id)
        if rule_id is not None:
            try:
                calls.delete_rule(wecom(), rule_id)
            except Refused as refused:
                if refused.errcode not in {*GONE, NOT_OURS}:
                    raise
        with self.running.transaction() as session:
            recording.forget_rule(session, row_id, run_id=self.run_id)
        return False

    def _refuse(self, word: str) -> None:
        with self.running.transaction() as session:
            recording.refuse_word(session, self.run_id, word, halving.BAD_WORD)

    def _forget(self, row_id: int) -> None:
        with self.running.transaction() as session:
            recording.forget_rule(session, row_id)


def _some(nodes: set[NodeT]) -> list[NodeT]:
    return sorted(nodes)[:MOST_NODES]


def _id_of(wanted: Wanted) -> int:
    if wanted.id is None:
        raise ValueError(f"{wanted.name} has no row yet")
    return wanted.id


def _as_written(wanted: Wanted) -> Seen:
    return Seen(
        name=wanted.name,
        kind=wanted.kind,
        words=wanted.words,
        semantics=wanted.semantics,
        userids=wanted.userids,
        departments=wanted.departments,
    )


def _sentence(error: Exception) -> str:
    return error.message if isinstance(error, AppError) else "中途出错，已停下；可在「任务与队列」里查看。"


@job("interception.follow")
def follow(running: Running) -> None:
    """Looks whether a list was published, or a day has begun, that is not carried out yet."""
    with running.finishing() as session:
        actions.follow(session)


@job("interception.nightly")
def nightly(running: Running) -> None:
    """What people changed in WeCom's console is repaired or, while the switch is off, shown."""
    with running.finishing() as session:
        actions.nightly(session)


recurs("interception.follow", every=timedelta(minutes=2), offset=timedelta(seconds=40))
recurs("interception.nightly", every=timedelta(days=1), offset=timedelta(hours=19, minutes=50))
