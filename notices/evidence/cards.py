"""The record of a letter on its page: every attempt, who confirmed what, and the way to 発送証明書."""

from typing import Any

from django.urls import reverse

from config.desk.jst import jshort
from config.desk.pages import Button, card, fact
from notices.evidence.models import Seal
from notices.evidence.proof import may_be_proved
from notices.evidence.record import Act, acts
from notices.models import Notice


def record_card(notice: Notice) -> dict[str, Any]:
    """発送の記録: what happened when, by whom; attempts are marked."""
    rows = [_cells(act) for act in acts(notice)]
    data = {"columns": ["日時", "方法", "行ったこと", "記録した人"], "rows": rows}
    return card("発送の記録", "table", data, count=f"{len(rows)}件", empty="記録はまだありません。")


def _cells(act: Act) -> list[Any]:
    late = abs((act.recorded_at - act.at).total_seconds()) >= 60
    who = {"text": act.who, "sub": f"{jshort(act.recorded_at)} に記録"} if late else act.who
    return [jshort(act.at), act.way or "—", {"text": act.what, "strong": act.is_attempt, "sub": act.detail}, who]


def seal_facts(notice: Notice) -> list[dict[str, Any]]:
    """The seal over the letter, once the worker has put it there."""
    content = getattr(notice, "content", None)
    seal = Seal.objects.filter(what="letter", row=content.pk).first() if content else None
    return [fact("封印", seal.digest, sub=f"{seal.position}番　{jshort(seal.sealed_at)}")] if seal else []


def proof_buttons(notice: Notice) -> list[Button]:
    """発送証明書, once something has left."""
    return (
        [Button(label="発送証明書を作る", url=reverse("notices:proof", args=[notice.pk]))]
        if may_be_proved(notice)
        else []
    )
