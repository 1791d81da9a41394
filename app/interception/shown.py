"""The comparison as the console shows it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.interception import queries
from app.interception.differences import Difference, Other, Side, differences
from app.interception.fitting import ACCEPTABLE, LeftOut, Reason
from app.interception.models import Act, InterceptionRun, InterceptRule, RuleState
from app.interception.planning import Step
from app.interception.queries import Comparison, seen_from
from app.interception.schemas import (
    ClassView,
    Counts,
    DifferenceList,
    DifferenceView,
    LeftOutList,
    LeftOutView,
    OtherView,
    Overview,
    Quota,
    ReasonView,
    RuleView,
    RunView,
    StepView,
)
from app.interception.wording import KINDS, MARK, REASONS, SEMANTICS, WHY, category_name
from app.wecom.calls.intercept_rules import MOST_RULES, MOST_WORDS

SAMPLE = 30
ACTS = {Act.LOOK: "核对", Act.KEEP: "自动同步", Act.UPDATE: "按差异更新", Act.REMOVE: "移除我们的规则"}
CHANGES = {"name": "名称", "kind": "做法", "semantics": "类别", "range": "适用范围"}
EVERYBODY = "全部成员"


def overview(session: Session, found: Comparison) -> Overview:
    chosen, plan = found.setting, found.plan
    names = _range_names(session, found)
    changed = {step.id for step in plan.steps}
    listed = differences_of(found)
    return Overview(
        is_on=chosen.is_on,
        changed_by_name=chosen.changed_by_name,
        changed_at=chosen.changed_at,
        lexicon_version=found.version,
        carried_version=chosen.carried_version,
        looked_at=chosen.looked_at,
        is_running=queries.is_running(session),
        runs=[run_view(each) for each in queries.latest_runs(session)],
        quota=Quota(
            most_rules=MOST_RULES,
            most_words=MOST_WORDS,
            ours=sum(1 for row in found.rows if row.state == RuleState.LIVE),
            others=len(chosen.others),
            wanted=len(plan.wanted),
            wanted_words=sum(len(each.words) for each in plan.wanted),
        ),
        counts=Counts(**{side.value: sum(1 for each in listed if each.side == side) for side in Side}),
        fingerprint=plan.fingerprint,
        steps=[_step_view(step, names) for step in plan.steps],
        rules=[_rule_view(row, names, is_as_wanted=row.id not in changed) for row in found.rows],
        others=[_other_view(each) for each in others_of(found)],
        left_out=_reasons(found),
        classes=_classes(found),
    )


def run_view(run: InterceptionRun) -> RunView:
    return RunView(
        id=run.id,
        act=run.act.value if isinstance(run.act, Act) else run.act,
        act_name=ACTS[Act(run.act)],
        state=run.state,
        started_by_name=run.started_by_name or "系统",
        started_at=run.started_at,
        finished_at=run.finished_at,
        lexicon_version=run.lexicon_version,
        created=run.created,
        updated=run.updated,
        deleted=run.deleted,
        refused=run.refused,
        error=run.error,
    )


def others_of(found: Comparison) -> list[Other]:
    return [
        Other(each["rule_id"], each["name"], each["kind"], None if each["words"] is None else tuple(each["words"]))
        for each in found.setting.others
    ]


def differences_of(found: Comparison) -> list[Difference]:
    return differences(found.plan, found.known, others_of(found))


def difference_list(found: Comparison, side: str, q: str, *, offset: int, limit: int) -> DifferenceList:
    wanted = [each for each in differences_of(found) if each.side == side and q.strip() in each.word]
    return DifferenceList(
        items=[
            DifferenceView(
                word=each.word,
                category_name=category_name(each.category),
                rules=list(each.rules),
                detail=each.detail,
            )
            for each in wanted[offset : offset + limit]
        ],
        total=len(wanted),
    )


def left_out_list(found: Comparison, reason: str | None, q: str, *, offset: int, limit: int) -> LeftOutList:
    """The most urgent first: what would fit if there were room, then by reason and word."""
    order = [Reason.NO_ROOM, Reason.REFUSED, *Reason]
    wanted = sorted(
        (e for e in found.plan.left_out if (reason is None or e.reason == reason) and q.strip() in _word_of(e)),
        key=lambda each: (order.index(each.reason), each.category),
    )
    return LeftOutList(items=[_left_out_view(each) for each in wanted[offset : offset + limit]], total=len(wanted))


def _word_of(left: LeftOut) -> str:
    return SEMANTICS.get(int(left.word), left.word) if left.reason == Reason.NO_CARRIER else left.word


def _left_out_view(left: LeftOut) -> LeftOutView:
    return LeftOutView(
        entry_id=left.entry_id,
        word=_word_of(left),
        category_name=category_name(left.category),
        reason=left.reason.value,
        reason_name=REASONS[left.reason],
        detail=left.detail,
    )


def _step_view(step: Step, names: dict[int, str]) -> StepView:
    wanted = step.wanted
    return StepView(
        act=step.act,
        name=step.name or f"{MARK}{category_name(wanted.category) if wanted else ''}（新规则）",
        kind_name=KINDS[wanted.kind] if wanted else "",
        range_name=_range_name(wanted.stores, names) if wanted else "",
        added=len(step.added),
        removed=len(step.removed),
        added_words=list(step.added[:SAMPLE]),
        removed_words=list(step.removed[:SAMPLE]),
        changes=[CHANGES[each] for each in step.changes],
    )


def _rule_view(row: InterceptRule, names: dict[int, str], *, is_as_wanted: bool) -> RuleView:
    seen = seen_from(row.seen) if row.seen and row.state == RuleState.LIVE else None
    by_hand = seen is not None and (
        set(seen.words) != set(row.words) or seen.kind != row.kind or seen.name != row.name
    )
    is_open = row.state in (RuleState.CALLING, RuleState.UNKNOWN)
    return RuleView(
        name=row.name,
        state="unknown" if is_open else "live" if row.state == RuleState.LIVE else "missing",
        kind_name=KINDS.get(seen.kind if seen else row.kind, "别的做法"),
        range_name=_range_name(tuple(row.stores), names),
        words=len(seen.words if seen else row.words),
        semantics=[SEMANTICS.get(number, str(number)) for number in (seen.semantics if seen else ())],
        is_as_wanted=is_as_wanted,
        is_changed_by_hand=by_hand or row.state == RuleState.MISSING,
    )


def _other_view(other: Other) -> OtherView:
    return OtherView(
        name=other.name,
        kind_name=KINDS.get(other.kind or 0, ""),
        words=None if other.words is None else len(other.words),
        looks_ours=other.name.startswith(MARK),
    )


def _reasons(found: Comparison) -> list[ReasonView]:
    counts = Counter(each.reason for each in found.plan.left_out)
    shown: Iterable[Reason] = (r for r in Reason if counts[r] or r in found.setting.accepted)
    return [
        ReasonView(
            reason=reason.value,
            name=REASONS[reason],
            why=WHY[reason],
            count=counts[reason],
            is_acceptable=reason in ACCEPTABLE,
            is_accepted=reason in found.setting.accepted,
        )
        for reason in shown
    ]


def _classes(found: Comparison) -> list[ClassView]:
    from_list = {each.number for each in found.fitted.classes if each.entry_id}
    return [
        ClassView(
            number=number,
            name=name,
            is_chosen=number in found.setting.semantics,
            is_from_list=number in from_list,
        )
        for number, name in SEMANTICS.items()
    ]


def _range_names(session: Session, found: Comparison) -> dict[int, str]:
    stores = {int(each) for row in found.rows for each in row.stores}
    stores |= {each for rule in found.plan.wanted for each in rule.stores}
    return queries.store_names(session, stores) if stores else {}


def _range_name(stores: Sequence[int], names: dict[int, str]) -> str:
    if not stores:
        return EVERYBODY
    listed = "、".join(names.get(each, f"部门 {each}") for each in stores[:3])
    return listed if len(stores) <= 3 else f"{listed}等 {len(stores)} 家"
