"""Doubled customers: two numbers of one party, joined by a person. Nothing moves: every row stays where it was.

The one that remains shows both; the other stays, says into which it was merged, and keeps its own registered address, to
which the letters of its contracts go. What a person joined a person can part again (`unmerge`), so one person with a
reason is enough. A chain is never made: who has others merged into it, or is merged, is not merged once more.
"""

from datetime import datetime
from typing import Any

from accounts import registered
from accounts.models import Customer
from config.desk.locking import locked
from config.desk.refusal import Lead, Refused

MERGE, UNMERGE = "accounts.merge", "accounts.unmerge"


def merge(
    row: None, *, by: Any, at: datetime, customer: Customer, into: Customer, reason: str = "", evidence: str = ""
) -> Customer:
    """Join `customer` to `into`, which remains. Both are locked in the order of their keys, whoever is named first."""
    fresh = {pk: locked(Customer, pk) for pk in sorted({customer.pk, into.pk})}
    gone, kept = fresh[customer.pk], fresh[into.pk]
    if refused := why_not(gone, kept, evidence):
        raise refused
    gone.merged_into, gone.merged_at = kept, at
    gone.save()
    return kept


def why_not(gone: Customer, kept: Customer, evidence: str) -> Refused | None:
    """What keeps `gone` from being merged into `kept`."""
    if gone.pk == kept.pk:
        return Refused("同じ番号どうしは、まとめられません。", instead="もう一方の利用者番号を入れてください。")
    return _not_free(gone, kept) or _not_alike(gone, kept, evidence)


def _not_free(gone: Customer, kept: Customer) -> Refused | None:
    for one in (gone, kept):
        if one.merged_into is not None:
            return Refused(
                f"{one.number} は、すでに {one.merged_into.number} にまとめています。",
                instead=f"{one.merged_into.number} を指定するか、先に「まとめを解く」を行ってください。",
                leads=(Lead(label=f"{one.number} のまとめを解く", verb=UNMERGE, to=one),),
            )
    if gone.merged.exists():
        return Refused(
            f"{gone.number} には、ほかの番号をまとめています。",
            instead=f"{gone.number} を残す方にして、{kept.number} をまとめてください。",
            leads=(
                Lead(label=f"{gone.number} を残す", verb=MERGE, given={"customer": kept.number, "into": gone.number}),
            ),
        )
    return None


def _not_alike(gone: Customer, kept: Customer, evidence: str) -> Refused | None:
    """Different corporate numbers, or a person and a body, are two parties unless a paper says otherwise."""
    numbers = {one.corporate_number for one in (gone, kept)} - {""}
    what = "法人番号が違います" if len(numbers) > 1 else "区分が違います" if gone.kind != kept.kind else ""
    if not what or evidence:
        return None
    return Refused(
        f"{what}（{gone.number} と {kept.number}）。",
        instead="同じ利用者であることを確かめた書類を「確かめた書類」に書いてください。",
    )


def unmerge_why_not(customer: Customer, *, by: Any, at: datetime) -> Refused | None:
    """Only what is merged."""
    if customer.merged_into is not None:
        return None
    return Refused(f"{customer.number} は、どこにもまとめていません。", instead="することはありません。")


def unmerge(customer: Customer, *, by: Any, at: datetime, reason: str) -> Customer:
    """A counter-entry: they are two again. Changes that have begun stay with each; what lies ahead goes with its own number."""
    registered.part_coming(customer, at)
    customer.merged_into = customer.merged_at = None
    customer.save()
    return customer
