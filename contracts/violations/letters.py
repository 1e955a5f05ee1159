"""What the letters of a case say: correction, its withdrawal, termination (23(1)), and the inquiry (17(4))."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jday_year
from contracts.deadlines import workflow as deadlines
from contracts.rules.clauses import ClauseRef
from contracts.terms.models import TermsVersion
from contracts.terms.readings import length_of
from contracts.violations import inquiry
from contracts.violations.clocks import CURE, cure_clocks
from contracts.violations.models import Violation, ViolationItem
from notices.models import Notice
from notices.rendering.content import LetterContent, LetterItem

OBJECTION = "本通知にご異議があるときは、差出人までお申し出ください。"


def _items(case: Violation, positions: Sequence[int]) -> list[ViolationItem]:
    return list(case.items.filter(position__in=positions).order_by("position"))


def _clauses(items: Sequence[ViolationItem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for item in items for clause in item.clauses))


def _labels(clauses: Sequence[str]) -> str:
    return "、".join(ClauseRef.parse(clause).full_label() for clause in clauses)


def _answered_for(case: Violation, items: Sequence[ViolationItem]) -> tuple[LetterItem, ...]:
    """9(5), where an act was done with credentials that we issued: who bears what follows from it. It makes no breach."""
    used = [item for item in items if item.by_credentials]
    if not used:
        return ()
    which = "」「".join(dict.fromkeys(item.credentials for item in used if item.credentials))
    acts = f"{case.customer.you}に発行した認証情報{f'「{which}」' if which else ''}を使って行われたもの"
    line = (
        f"上記の事実には、{acts}が含まれます。第三者が行ったものであっても、そのために生じた損害について当社は責任を負わず、"
        f"生じた債務は{case.customer.you}にご負担いただきます（規約{ClauseRef.parse('9(5)').full_label()}）。"
    )
    return (LetterItem(label="認証情報", lines=(line,)),)


def _cited(items: Sequence[ViolationItem]) -> tuple[str, ...]:
    """The clauses breached, and 9(5) where it is named."""
    return (*_clauses(items), *(("9(5)",) if any(item.by_credentials for item in items) else ()))


def _service() -> str:
    from notices.composing import sender

    return sender().service


def correction_content(case: Violation, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The demand to cure: which breach, by which day, and what to do."""
    plan = deadlines.plan_for(CURE, case, planned=planned, channels=list(fields["channels"]))
    items = _items(case, fields["items"])
    version = TermsVersion.objects.in_force(planned).label
    return LetterContent(
        title="是正通知書",
        opening=f"時下ますますご清栄のこととお慶び申し上げます。平素は「{_service()}」をご利用いただき、厚く御礼申し上げます。",
        paragraphs=(
            f"さて、{case.customer.you}による「{_service()}」のご利用につき、下記1のとおり利用規約（{version}。以下「規約」といいます。）に違反する事実を"
            "確認いたしました。つきましては、規約第23条（利用終了）第1項に基づき、下記2の期限までに、下記3のとおり是正してくださいますようご通知申し上げます。",
            "期限までに是正を確認できないときは、同項により、当社の判断で利用契約を終了することがございます。"
            "既に是正がお済みの場合は、行き違いをご容赦くださいますようお願い申し上げます。",
        ),
        items=(
            LetterItem(label="違反事項", lines=(str(fields["facts"]), f"規約{_labels(_clauses(items))}")),
            LetterItem(
                label="是正期限", lines=(f"{jday_year(plan.communicated_on)}まで", *_agreed_length(case, planned))
            ),
            LetterItem(label="是正の内容", lines=(str(fields["demand"]),)),
            *_answered_for(case, items),
            LetterItem(
                label="ご連絡先",
                lines=("是正の日と内容を、電子メールまたは書面で差出人までお知らせください。", OBJECTION),
            ),
        ),
        clauses=("23(1)", *_cited(items)),
        communicated_on=plan.communicated_on,
    )


def _agreed_length(case: Violation, planned: date) -> tuple[str, ...]:
    """Where individual terms set the period, the letter says so (Art. 1(3))."""
    length = length_of("cure_days", planned, case)
    return (f"個別規約（{length.individual}）により、期間は{length.words()}です。",) if length.individual else ()


def termination_content(case: Violation, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The end of the contract: what was not cured, and what follows."""
    items = _items(case, fields["items"])
    kept = length_of("erasure_days", planned, case)
    return LetterContent(
        title="利用契約終了通知書",
        opening="時下ますますご清栄のこととお慶び申し上げます。",
        paragraphs=(
            f"さて、{_earlier(fields)}により、規約違反事項の是正をお願いいたしましたが、期限までに是正を確認することができませんでした。"
            f"つきましては、利用規約第23条（利用終了）第1項に基づき、本通知の発送をもって、{case.customer.you}との利用契約を終了いたします。",
        ),
        items=(
            LetterItem(label="契約番号", lines=(case.subscription.number,)),
            LetterItem(label="終了の理由", lines=tuple(_uncured_line(i) for i in items)),
            *_answered_for(case, items),
            LetterItem(
                label="情報の削除",
                lines=(
                    f"保存された情報は、利用契約の終了から{kept.words()}の経過をもって削除します（{kept.basis('規約第23条第4項')}）。",
                ),
            ),
            LetterItem(
                label="料金", lines=("終了までに生じた料金は、終了の後もお支払いいただきます（規約第23条第2項）。",)
            ),
            LetterItem(label="ご連絡先", lines=(OBJECTION,)),
        ),
        clauses=("23(1)", *_cited(items)),
    )


def _earlier(fields: Mapping[str, Any]) -> str:
    """The notices whose periods have run out, by date and number."""
    letters = Notice.objects.filter(pk__in=fields.get("notices", [])).order_by("pk")
    named = [f"{jday_year(n.planned_dispatch_on)}付けの是正通知書（{n.number}）" for n in letters]
    return "および".join(named) or "先の是正通知書"


def _uncured_line(item: ViolationItem) -> str:
    late = f"。期限の後、{jday_year(jst_day(item.cured_at))}に是正" if item.cured_at else ""
    return f"{item.text}（規約{_labels(item.clauses)}{late}）"


def inquiry_content(case: Violation, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The inquiry: what we ask, by which day. It threatens nothing, since 17(4) gives nothing for silence."""
    day = inquiry.answer_day(case, fields, planned)
    return LetterContent(
        title="事実の確認とご説明のお願い",
        opening=f"時下ますますご清栄のこととお慶び申し上げます。平素は「{_service()}」をご利用いただき、厚く御礼申し上げます。",
        paragraphs=(
            f"さて、{case.customer.you}による「{_service()}」のご利用につきまして、利用規約第17条（禁止事項）第4項に基づき、"
            "下記1の事項について事実をご確認のうえ、下記2の期限までにご説明くださいますようお願い申し上げます。",
            f"本書は、規約に違反する事実があったと判断するものではありません。{_beside_a_notice(case)}"
            "既にご説明をいただいている場合は、行き違いをご容赦くださいますようお願い申し上げます。",
        ),
        items=(
            LetterItem(label="ご確認事項", lines=tuple(str(fields["questions"]).splitlines())),
            LetterItem(label="ご回答の期限", lines=(f"{jday_year(day)}まで",)),
            LetterItem(label="ご回答の方法", lines=("電子メールまたは書面で、差出人までお送りください。",)),
        ),
        clauses=("17(4)",),
        communicated_on=day,
    )


def _beside_a_notice(case: Violation) -> str:
    """Where a cure period runs, the inquiry leaves it as it is."""
    running = [str(clock.notice) for clock in cure_clocks(case) if clock.notice]
    return f"是正通知書（{'、'.join(running)}）の期限は、本書によって変わりません。" if running else ""


def withdrawal_content(case: Violation, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The withdrawal: which notice, that its day has no effect any more, why, and what a new notice would mean."""
    notice = Notice.objects.get(pk=fields["notice"])
    return LetterContent(
        title="是正通知の撤回について",
        opening="時下ますますご清栄のこととお慶び申し上げます。",
        paragraphs=(
            f"さて、{jday_year(notice.planned_dispatch_on)}付けの是正通知書（{notice}）を、撤回いたします。"
            "同通知に記載した期限は効力を失い、同通知に基づいて利用契約を終了することはございません。",
            "ご心配とお手数をおかけしましたことを、お詫び申し上げます。改めて是正をお願いするときは、"
            "規約第23条（利用終了）第1項に基づき、新しい通知をお送りし、その通知から期間を数え直します。",
        ),
        items=(
            LetterItem(label="撤回する通知", lines=(f"是正通知書　{notice}",)),
            LetterItem(label="撤回の理由", lines=tuple(str(fields["reason"]).splitlines())),
            LetterItem(label="ご連絡先", lines=("ご不明の点は、差出人までお問い合わせください。",)),
        ),
        clauses=("23(1)",),
    )
