"""What a verb or a decision on an application would bring about, shown before it is done."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from config.desk import house
from config.desk.clock import jst_day
from config.desk.jst import jday_year, jmoment, jshort, weekday
from config.desk.registry import Preview, PreviewDate
from contracts.applications import (
    arrivals,
    documents,
    ground_reasons,
    judged_on,
    known_before,
    untold,
    workflow,
)
from contracts.applications import rescission as rescinding
from contracts.applications.models import Application, Ground
from contracts.applications.settlements import CONSUMER
from contracts.deadlines import workflow as deadlines
from contracts.terms.readings import snapshot
from notices.composing import preview_html
from notices.models import Channel, Delivery, Notice
from notices.wording.choosing import chosen

GAP = "（日を入れてください）"


def acceptance(application: Application, *, at: datetime, **fields: Any) -> Preview:
    """The acceptance letter."""
    html = preview_html(workflow.ACCEPTANCE, application, application.customer, chosen(fields), jst_day(at))
    channels = list(fields.get("channels") or ())
    back = _came_back(application)
    return Preview(
        title="契約が成立する日",
        dates=_forms_on(application, channels, {d.channel for d in back}, jst_day(at)) if back else (),
        letter_html=html,
        consequences=("承諾の通知が届いた日に、契約が成立します（第6条第3項・民法第97条）",),
        messages=tuple(message for d in back for message in _bounced(application, d, channels)),
    )


def _bounced(application: Application, delivery: Delivery, channels: list[str]) -> Iterator[tuple[str, str]]:
    """Which letter did not arrive, where it went and why; a warning where the same way is taken again."""
    way, when = delivery.get_channel_display(), jshort(delivery.returned_at) if delivery.returned_at else ""
    where = f"{delivery.address.get('email', '')} 宛" if delivery.channel == Channel.EMAIL else "登録の住所宛"
    yield (
        "info",
        f"{delivery.notice.number} の{way}（{where}）が、{when} に届かなかったと分かりました。理由：{delivery.failure or '記録なし'}。",
    )
    if delivery.channel in channels:
        same = delivery.channel == Channel.EMAIL and delivery.address.get("email") == application.customer.email
        known = "登録されたメールアドレスは、そのときのままです。" if same else ""
        yield (
            "warning",
            f"この方法では、前回届きませんでした（{way}・{delivery.failure}）。{known}宛先を確かめてください。",
        )


def _forms_on(application: Application, channels: list[str], back: set[str], today: date) -> tuple[PreviewDate, ...]:
    """When the contract forms by each way that did not fail, where the letter leaves today; as `workflow` reckons arrivals."""
    days = house.number("transit_days") if snapshot(today, application)["formation"] != "dispatch" else 0
    known = {
        "email": (today, "今日発送し、戻らないとき"),
        "post": (today + timedelta(days=days), f"今日差し出すとき。普通郵便の所要{days}日（社内の取扱い）"),
    }
    return tuple(
        PreviewDate(
            label=f"{Channel(way).label}で送ると",
            value=f"{day.month}月{day.day}日",
            weekday=weekday(day),
            note=note,
            stamp=day,
        )
        for way, (day, note) in known.items()
        if way in channels and way not in back
    )


def _not_by_that_way(back: list[Delivery], fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """A warning for each way chosen that came back the last time."""
    return tuple(
        (
            "warning",
            f"この方法では、前回届きませんでした（{d.get_channel_display()}・{d.failure}）。宛先を確かめてください。",
        )
        for d in back
        if d.channel in (fields.get("channels") or ())
    )


def refusal_again(application: Application, *, at: datetime, **fields: Any) -> Preview:
    """The same letter as the one that came back."""
    letter = untold.latest_refusal(application)
    shown = letter.fields if letter is not None else {"grounds": []}
    return Preview(
        letter_html=preview_html(workflow.REFUSAL, application, application.customer, shown, jst_day(at)),
        letter_note="A4　長形3号の窓付き封筒",
        messages=_not_by_that_way(_came_back(application, workflow.REFUSAL), fields),
        consequences=("同じ決裁の不承諾の通知を、発送待ちに入れます",),
    )


def refusal_again_initial(application: Application | None, at: datetime) -> dict[str, Any]:
    """By the other way."""
    return _by_the_other_way(application, workflow.REFUSAL)


def _came_back(application: Application, kind: str = workflow.ACCEPTANCE) -> list[Delivery]:
    """Ways by which an acceptance, or a refusal, came back."""
    letters = Notice.objects.about(application, kind)
    return list(Delivery.objects.filter(notice__in=letters, state=Delivery.State.RETURNED).order_by("pk"))


def acceptance_initial(application: Application | None, at: datetime) -> dict[str, Any]:
    """By e-mail; after a bounce or a return by the other way (承諾通知未達)."""
    return _by_the_other_way(application, workflow.ACCEPTANCE)


def _by_the_other_way(application: Application | None, kind: str) -> dict[str, Any]:
    back = {d.channel for d in _came_back(application, kind)} if application is not None else set()
    other = [channel for channel in ("email", "post") if channel not in back]
    return {"channels": other[:1]} if back and other else {}


def refusal(application: Application, *, at: datetime, **fields: Any) -> Preview:
    """The refusal letter, with the grounds chosen so far, or those that were judged to apply."""
    applying = [str(g) for g, finding in workflow.findings(application).items() if finding == "applies"]
    grounds = documents.as_list(fields.get("grounds") or applying)
    reasons = ground_reasons.of(ground_reasons.completed(application, {**fields, "grounds": grounds}))
    shown = {"grounds": grounds, "reasons": reasons, **chosen(fields)}
    html = preview_html(workflow.REFUSAL, application, application.customer, shown, jst_day(at))
    told = ("通知書を作り、発送待ちに入れます", "通知が発送されたときに、不承諾になります（第4条第2項）")
    return Preview(letter_html=html, letter_note="A4　長形3号の窓付き封筒", consequences=told)


def refusal_initial(application: Application, at: datetime) -> dict[str, Any]:
    """The grounds that were judged to apply, each with the judgement's reason; the missing document once its period ran."""
    missing = [] if documents.not_lapsed(application, at) else [documents.NOT_SHOWN]
    judged = application.judgements.filter(finding="applies").order_by("ground")
    reasons = {ground_reasons.field_name(str(j.ground)): j.reason for j in judged}
    return {"grounds": [*(str(j.ground) for j in judged), *missing], **reasons}


def decided_refusal(application: Application, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the same letter."""
    return refusal(application, at=at, **fields)


def refusal_checks(
    application: Application, fields: Mapping[str, Any], at: datetime
) -> list[tuple[bool | None, str, str]]:
    """Each ground named, who judged it, and why; looked at again on approval."""
    judged = {j.ground: j for j in application.judgements.select_related("by")}
    named = documents.as_list(fields.get("grounds", []))
    checks = [_missing(application, at) if g == documents.NOT_SHOWN else _check(judged, g) for g in named]
    return [
        *checks,
        *judged_on.now(application, named),
        (None, "該当する事由があっても、承諾する判断はできます", "承諾するかどうかは、当社の判断です（第6条第3項）"),
    ]


def _missing(application: Application, at: datetime) -> tuple[bool | None, str, str]:
    """The document that was asked for, and since when it is missing (6(4))."""
    refused, request = arrivals.missing_why_not(application, at), documents.open_request(application)
    if refused is not None or request is None:
        return False, "書類の提示がない", refused.message if refused else ""
    clock = documents.clock_of(request)
    since = f"期限 {jmoment(clock.act_from)} を過ぎています" if clock and clock.act_from else ""
    return True, f"書類の提示がない（{request.document}）", f"{since}　{request.notice.number}"


def _check(judged: Mapping[int, Any], ground: str) -> tuple[bool | None, str, str]:
    found = judged.get(int(ground)) if ground.isdigit() else None
    if found is None:
        return False, f"{ground}号は、まだ判断されていません", ""
    return (
        found.finding == "applies",
        f"{ground}号　{Ground(found.ground).label}",
        f"{found.reason}　{found.by}　{jshort(found.judged_at)}",
    )


def document_request(application: Application, *, at: datetime, **fields: Any) -> Preview:
    """The day that the letter names, the moment from which the period has run out, the reasoning, the letter."""
    channels = list(fields.get("channels") or ["email"])
    plan = deadlines.plan_for(documents.DOCUMENT, application, planned=jst_day(at), channels=channels)
    shown = {
        "ground": fields.get("ground") or Ground.FALSE_CONTENT.value,
        "document": fields.get("document") or "（書類を書いてください）",
        "channels": channels,
        **chosen(fields),
    }
    return Preview(
        dates=(_named_day(plan.communicated_on), _ran_out(plan.act_from)),
        steps=plan.steps,
        letter_html=preview_html(documents.REQUEST, application, application.customer, shown, jst_day(at)),
        letter_note="A4　長形3号の窓付き封筒",
    )


def _named_day(day: date) -> PreviewDate:
    value = f"{day.year}年{day.month}月{day.day}日"
    return PreviewDate(label="提示の期限（通知に記載）", value=value, weekday=weekday(day), note="社内の取扱い")


def _ran_out(moment: datetime) -> PreviewDate:
    day = jst_day(moment)
    return PreviewDate(
        label="不承諾にできる日時",
        value=f"{day.month}月{day.day}日 0:00",
        weekday=weekday(day),
        note="発送が予定どおりのとき",
    )


def rescission(application: Application, *, at: datetime, **fields: Any) -> Preview:
    """The letter, and what follows from it."""
    shown = {
        "ground": fields.get("ground") or "",
        "fact": fields.get("fact") or "（事実を書いてください）",
        "fact_on": str(fields.get("fact_on") or GAP),
        "came_to_light_on": str(fields.get("came_to_light_on") or GAP),
        **chosen(fields),
    }
    subscription = application.subscription
    return Preview(
        letter_html=preview_html(rescinding.RESCISSION, application, application.customer, shown, jst_day(at)),
        letter_note="A4　長形3号の窓付き封筒",
        messages=_to_weigh(application, fields),
        consequences=(
            "通知書を作り、発送待ちに入れます",
            f"最初の発送のときに、契約 {subscription.number if subscription else ''} が終了し（第6条第3項）、利用できなくなります（第23条第3項）",
            "発送を待つ認証情報の通知と、利用開始の準備は取りやめ、初期パスワードは消します",
            "保存された情報は、終了から数えて削除します（第23条第4項）",
            "受け取った料金をどう扱うかは、法務が決めます（期限を作ります。第13条第4項）",
        ),
    )


def _to_weigh(application: Application, fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    same_day = known_before.same_day(application, fields)
    consumer = CONSUMER if application.customer.is_consumer else ""
    return tuple(("warning", told) for told in (consumer, same_day) if told)


def rescission_initial(application: Application, at: datetime) -> dict[str, Any]:
    """It came to light today, as a rule."""
    return {"came_to_light_on": jst_day(at)}


def decided_rescission(application: Application, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the same letter."""
    return rescission(application, at=at, **fields)


def rescission_checks(
    application: Application, fields: Mapping[str, Any], at: datetime
) -> list[tuple[bool | None, str, str]]:
    """That the ground lay in the application, and what the approver has to weigh; looked at again on approval."""
    refused = rescinding.why_not(application, by=None, at=at)
    if refused is not None:
        return [(False, "契約が成立している", refused.message)]
    formed = rescinding.formed_on(application)
    fact_on, found_on = _day(fields["fact_on"]), _day(fields["came_to_light_on"])
    checks: list[tuple[bool | None, str, str]] = [
        (True, "契約が成立している", f"{jday_year(formed)}　{application.subscription}"),
        (fact_on <= formed, "成立の時にあった事由である", jday_year(fact_on)),
        (found_on >= formed, "成立の後に判明した", jday_year(found_on)),
        *known_before.shown(application, fields),
    ]
    if application.customer.is_consumer:
        checks.append((None, "消費者です", CONSUMER))
    return [
        *checks,
        (None, "精算は法務が決めます", "受け取った料金をどう扱うかは、この決裁では決まりません"),
        (None, "該当する事由があっても、取り消さない判断はできます", "取消しは当社の裁量です（第6条第3項）"),
    ]


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
