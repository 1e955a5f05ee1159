"""One way of a letter as 発送証明書 tells it: where to, when, recorded by whom, and what nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.desk.jst import jday_year, jtime
from notices.chips import delivery_words
from notices.evidence.record import Act
from notices.models import Delivery, Notice, Postage

SHORT = 90


@dataclass(frozen=True, kw_only=True)
class Way:
    """Lines of name and value, and what is not known."""

    title: str
    lines: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


def way_of(delivery: Delivery, told: Sequence[Act]) -> Way:
    """By e-mail or by post; `told` are the acts of the letter."""
    own = [act for act in told if act.way == delivery.get_channel_display()]
    lines = _email(delivery, own) if delivery.channel == "email" else _post(delivery, own)
    return Way(
        title=_title(delivery),
        lines=tuple((name, _cut(value)) for name, value in lines if value),
        unknown=tuple(_unknown(delivery)),
    )


def is_certified(notice: Notice) -> bool:
    """Papers of 内容証明 were made, and the posting was recorded as registered."""
    post, made = notice.post, getattr(notice, "certified", None)
    return post is not None and post.postage == Postage.REGISTERED and made is not None and made.state == "made"


def _title(delivery: Delivery) -> str:
    certified = "・内容証明" if delivery.channel == "post" and is_certified(delivery.notice) else ""
    postage = f"（{delivery.get_postage_display()}{certified}）" if delivery.postage else ""
    return f"{delivery.get_channel_display()}{postage}：{delivery_words(delivery)}"


def _email(delivery: Delivery, own: Sequence[Act]) -> list[tuple[str, str]]:
    return [
        ("宛先", delivery.to), ("送信の開始", _moment(delivery.claimed_at)), ("送信", _recorded(delivery.dispatched_at, "送信した", own)),
        ("不達", _recorded(delivery.returned_at, "不達になった", own)), ("理由", delivery.failure), ("メールの識別子", delivery.message_id),
    ]  # fmt: skip


def _post(delivery: Delivery, own: Sequence[Act]) -> list[tuple[str, str]]:
    certified = delivery.notice.certified_copies.filter(paper="pdf").first()
    papers = f"同文3通　各{certified.sheets}枚　SHA-256 {certified.sha256}" if certified else ""
    return [
        ("宛先", delivery.to), ("印刷", _recorded(delivery.printed_at, "印刷した", own)), ("差出し", _recorded(delivery.dispatched_at, "差し出した", own)),
        ("追跡番号", delivery.tracking_number), ("配達", _recorded(delivery.delivered_at, "配達された", own)),
        ("返戻", _recorded(delivery.returned_at, "返戻された", own)), ("理由", delivery.failure), ("内容証明の文書", papers),
    ]  # fmt: skip


def _recorded(at: object, what: str, own: Sequence[Act]) -> str:
    """The moment, and who recorded it."""
    if at is None:
        return ""
    who = next((act.who for act in reversed(own) if act.what == what), "")
    return f"{_moment(at)}　記録：{who}" if who else _moment(at)


def _unknown(delivery: Delivery) -> list[str]:
    if delivery.dispatched_at is None:
        return {
            "in_flight": ["送信の結果は、分かっていません。"], "failed": ["送信できていません。"], "cancelled": ["発送していません。"],
        }.get(delivery.state, ["まだ発送していません。"])  # fmt: skip
    said = ["発送の時点の登録と違う宛先です。"] if delivery.elsewhere else []
    if delivery.channel == "email":
        return said + (
            []
            if delivery.returned_at or delivery.delivered_at
            else ["相手方が読んだかどうかは、分かりません。不達の知らせは記録されていません。"]
        )
    said += (
        [] if delivery.tracking_number or delivery.postage == Postage.ORDINARY else ["追跡番号は、記録されていません。"]
    )
    said += [] if delivery.printed_at else ["この仕組みで印刷した記録はありません。"]
    if delivery.delivered_at is None and delivery.returned_at is None:
        said.append(
            "普通郵便のため、配達の記録は残りません。"
            if delivery.postage == Postage.ORDINARY
            else "配達は、まだ記録されていません。"
        )
    return said


def _moment(at: object) -> str:
    return f"{jday_year(at)}{jtime(at)}" if at is not None else ""  # type: ignore[arg-type]


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHORT else f"{flat[: SHORT - 1]}…"
