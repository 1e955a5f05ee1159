"""The life of a deputyship: appointed for some days, ended before its last day. House policy; no clause speaks of it.

管理 appoints anybody; who may approve appoints for themself. Nobody appoints themself as deputy, or one person could be both
pairs of eyes. It begins on a day that has not passed, so that nothing is covered afterwards.
"""

from datetime import date, datetime
from typing import Any

from accounts.deputy import Deputy
from accounts.models import User
from config.desk import numbers
from config.desk.clock import jst_day
from config.desk.jst import jday, jmoment
from config.desk.locking import locked
from config.desk.refusal import Refused
from config.desk.registry import verbs
from config.desk.standins import StandIn

ADMIN, MOVES_NO_CASE, MOST_DAYS = "管理", frozenset({"管理", "法務"}), 366


def appoint(
    row: None, *, by: Any, at: datetime, for_user: User, deputy: User, first_day: date, last_day: date, reason: str
) -> Deputy:
    """From 00:00 JST of the first day to 24:00 of the last. Refused where either person cannot be it."""
    if for_user == deputy:
        raise Refused("不在の人と代理する人が同じです。", instead="別の人を選んでください。")
    first, second = sorted((for_user, deputy), key=lambda person: person.pk)
    absent, person = locked(User, for_user.pk), locked(User, second.pk if first == for_user else first.pk)
    in_the_way = (
        _entered_by(by, absent, person),
        _days(first_day, last_day, at),
        _people(absent, person),
        _twice(absent, person, first_day, last_day),
    )
    for refused in in_the_way:
        if refused:
            raise refused
    return Deputy.objects.create(
        number=numbers.take("P", at), for_user=absent, deputy=person, first_day=first_day, last_day=last_day, reason=reason,
        entered_by=by, entered_at=at,
    )  # fmt: skip


def _entered_by(by: Any, absent: User, deputy: User) -> Refused | None:
    if by == deputy:
        return Refused(
            "自分を代理にすることはできません。",
            instead="本人か、ほかの管理の担当者に登録を依頼してください。",
        )
    if ADMIN not in by.roles and not by.is_system and by != absent:
        return Refused("登録できるのは、自分の代理だけです。", instead="ほかの人の代理は、管理の担当者に依頼してください。")  # fmt: skip
    return None


def _days(first: date, last: date, at: datetime) -> Refused | None:
    if first < jst_day(at):
        return Refused(f"初日の{jday(first)}は、過ぎた日です。", instead="代理は、今日からにしてください。済んだ日の分は、後から登録できません。")  # fmt: skip
    if last < first:
        return Refused("末日が初日より前です。", instead="日を確かめてください。")
    if (last - first).days >= MOST_DAYS:
        return Refused("代理は、1年を超えて続けられません。", instead="役割を変えるときは、担当者の画面で変えてください。")  # fmt: skip
    return None


def _people(absent: User, deputy: User) -> Refused | None:
    """The one holds a role that a deputy may use; the other works on cases."""
    for person in (absent, deputy):
        if not person.is_active or person.is_system:
            return Refused(f"{person}は、在籍していません。", instead="在籍している担当者を選んでください。")
    if not _held(absent):
        return Refused(f"{absent}には、承認の役割がありません。", instead="代理は、承認の担当者にだけ立てられます。")
    own = set(deputy.roles)
    if not own or own & MOVES_NO_CASE:
        return Refused(f"{deputy}は、代理にできません。", instead="法務と管理の担当者は、案件を動かしません。ほかの担当者を選んでください。")  # fmt: skip
    return None


def can_be_absent(person: User) -> bool:
    """Whether there is anything that a deputy may do in this person's place."""
    return bool(_held(person))


def can_stand_in(person: User) -> bool:
    """Whoever works on cases, and neither keeps the staff nor audits."""
    return bool(person.roles) and not set(person.roles) & MOVES_NO_CASE


def _twice(absent: User, deputy: User, first: date, last: date) -> Refused | None:
    there = Deputy.objects.filter(for_user=absent, deputy=deputy).overlapping(first, last).first()
    if there is None:
        return None
    return Refused(
        f"{deputy}は、{jday(there.first_day)}から{jday(there.last_day)}まで、すでに{absent}の代理です（{there.number}）。",
        instead="日を改めるときは、先にその代理を終わらせてください。",
    )


def end_why_not(row: Deputy, *, by: Any, at: datetime) -> Refused | None:
    """While it runs or lies ahead; by 管理, by the absent person, or by the deputy."""
    if row.stage(at) in ("ended", "over"):
        return over(row, at)
    if by.is_system or ADMIN in by.roles or by in (row.for_user, row.deputy):
        return None
    return Refused("ほかの人の代理は、終わらせられません。", instead="本人か、管理の担当者に依頼してください。")


def end(row: Deputy, *, by: Any, at: datetime, reason: str) -> Deputy:
    """No more from this moment on; what was approved before stays."""
    row.ended_at, row.ended_by, row.end_reason = at, by, reason
    row.save()
    return row


def over(row: Deputy, at: datetime) -> Refused:
    """Since when it is no more."""
    return Refused(why_over(row, at), instead="することはありません。")


def why_over(row: Deputy, at: datetime) -> str:
    """In a sentence: not begun, over, ended, or without what the absent person has lost."""
    whose = f"{row.for_user}の代理（{row.number}）"
    stage = row.stage(at)
    if stage == "ended" and row.ended_at is not None:
        return f"{whose}は、{row.ended_by}が{jmoment(row.ended_at)}に終わらせました。"
    if stage == "coming":
        return f"{whose}は、{jday(row.first_day)}からです。"
    if stage == "over":
        return f"{whose}は、{jday(row.last_day)}で終わりました。"
    return f"{row.for_user}は、在籍していないか、承認の役割を失いました。その代理（{row.number}）もできません。"


# --- what the desk asks ---------------------------------------------------------------------------------------------


def stand_ins(by: Any, at: datetime) -> list[StandIn]:
    """In whose place this person acts; whoever has left or lost the role is not stood for."""
    rows = (
        Deputy.objects.in_force(at)
        .filter(deputy=by, for_user__is_active=True)
        .select_related("for_user")
        .order_by("pk")
    )
    made = [StandIn(person=row.for_user, last_day=row.last_day, holds=_held(row.for_user)) for row in rows]
    return [one for one in made if one.holds]


def _held(person: Any) -> frozenset[str]:
    """What a deputy may press in this person's place, by the person's own roles: asked of the database, never handed on."""
    keys = [verb.key for verb in verbs() if verb.by_deputy]
    found = person.groups.filter(permissions__codename__in=keys).values_list("permissions__codename", flat=True)
    return frozenset(found) & frozenset(keys)


def why_no_more(by: Any, at: datetime, key: str) -> str:
    """Of who was or will be a deputy and is none now: why not."""
    latest = (
        Deputy.objects.filter(deputy=by).select_related("for_user", "ended_by").order_by("-last_day", "-pk").first()
    )
    return why_over(latest, at) if latest is not None else ""
