"""発送証明書: one page a letter, from the record alone; what is not known is said so."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from config.desk.jst import jday_year, jtime
from contracts.rules.clauses import ClauseRef
from notices.engine import kind_of, label
from notices.evidence.models import Seal
from notices.evidence.record import Act, acts
from notices.evidence.ways import Way, way_of
from notices.models import Notice
from notices.rendering.content import letter_from_json
from notices.wording.models import shown_version

LONG = 110


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the page says. Moments are written out; long lists are whole here and cut when set."""

    number: str
    facts: tuple[tuple[str, str], ...]
    ways: tuple[Way, ...]
    attempts: tuple[Act, ...]
    others: tuple[Act, ...]
    made_at: str
    made_by: str
    company: str


def may_be_proved(notice: Notice) -> bool:
    """Something of it has left, and its content is there."""
    return hasattr(notice, "content") and any(d.dispatched_at for d in notice.deliveries.all())


def proof_of(notice: Notice, *, by: str, at: datetime) -> Proof:
    """Everything the record holds about the dispatch of one letter."""
    told = acts(notice)
    return Proof(
        number=str(notice.number), facts=tuple((name, cut(value, LONG)) for name, value in _facts(notice)),
        ways=tuple(way_of(delivery, told) for delivery in notice.deliveries.all()),
        attempts=tuple(act for act in told if act.is_attempt), others=tuple(act for act in told if not act.is_attempt),
        made_at=moment(at), made_by=by, company=settings.SENDER["company"],
    )  # fmt: skip


def _facts(notice: Notice) -> list[tuple[str, str]]:
    content = notice.content
    addressee = letter_from_json(content.letter).addressee
    named = f"〒{addressee.postal_code.removeprefix('〒')}　{addressee.address}".replace("\n", "　")
    seal = Seal.objects.filter(what="letter", row=content.pk).first()
    return [
        ("種類", f"{label(notice.kind)}（{content.letter['content']['title']}）"),
        ("根拠", "規約" + "、".join(ClauseRef.parse(ref).label() for ref in content.clauses or [kind_of(notice).clause])),
        ("名あて人", "　".join(part for part in (addressee.name, addressee.department, addressee.contact) if part)),
        ("書面の宛先", named),
        ("効力の生じた日時", moment(notice.dispatched_at) if notice.dispatched_at else "生じていません（" + notice.get_state_display() + "）"),
        ("通知に書いた期限", f"{jday_year(notice.communicated_on)}まで" if notice.communicated_on else "定めていません"),
        ("文面の版", f"{shown_version(content.wording_version)}　{moment(content.created_at)} に確定　{len(content.body):,} バイト"),
        ("書面のSHA-256", content.sha256),
        ("封印", f"{seal.position}番　{seal.digest}" if seal else "まだ封印されていません"),
    ]  # fmt: skip


def moment(value: datetime) -> str:
    """2026年11月26日（木）15:08"""
    return f"{jday_year(value)}{jtime(value)}"


def cut(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
