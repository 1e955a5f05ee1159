"""The papers of 内容証明 are sealed and checked like the letters themselves."""

from collections.abc import Iterator
from typing import Any

from notices.certified.models import CertifiedCopy, CertifiedOrder
from notices.evidence import sealing, verify
from notices.evidence.verify import Difference


def _parts(copy: CertifiedCopy) -> dict[str, Any]:
    return {
        "内容証明の文書": bytes(copy.body), "SHA-256の記録": copy.sha256, "もとの書面": copy.of_sha256, "種類": copy.paper,
        "作成日時": copy.created_at.timestamp(),
    }  # fmt: skip


def papers() -> Iterator[Difference]:
    """Every paper against its hash; an order that was carried out has both of them."""
    for copy in CertifiedCopy.objects.select_related("notice").order_by("pk").iterator(chunk_size=20):
        if sealing.sha256(bytes(copy.body)) != copy.sha256:
            yield Difference(str(copy.notice.number), f"{copy.get_paper_display()}が、記録されたSHA-256と合いません。")
    for order in CertifiedOrder.objects.filter(state="made").select_related("notice").order_by("pk").iterator():
        there = set(order.notice.certified_copies.values_list("paper", flat=True))
        for paper in (p for p in CertifiedCopy.Paper if p not in there):
            yield Difference(str(order.notice.number), f"内容証明の文書がありません（{paper.label}）。")


def register_all() -> None:
    """Called once, when the engine starts."""
    sealing.source(
        sealing.Source(key="certified", model=CertifiedCopy, number=lambda c: c.notice.number, parts=_parts, related=("notice",))
    )  # fmt: skip
    verify.register("内容証明の文書", papers)
