"""What this room adds to the desk: the text of clauses beside pages, individual terms, its lines of the sidebar."""

from datetime import date
from typing import Any

from config.desk import clause_cards, customer_cards, nav, search
from contracts.terms import annotation_cards, cards
from contracts.terms.models import Annotation, Clause, IndividualTerms, TermsVersion


def text_and_version(ref: str, on: date) -> tuple[str, str]:
    """The official text of a clause on a day, and the version; both empty where nothing was imported."""
    version = TermsVersion.objects.filter(effective_from__lte=on).order_by("-effective_from").first()
    if version is None:
        return "", ""
    row = Clause.objects.filter(version=version, ref=ref).first()
    return (row.text if row else ""), version.label


def of_customer(customer: Any) -> dict[str, Any]:
    """個別規約 on the customer card."""
    rows = IndividualTerms.objects.filter(customer__in=customer_cards.family(customer))
    return customer_cards.rows_card(
        "個別規約",
        ["個別規約", "状態", "定める内容", "適用"],
        rows,
        cards.individual_cells,
        customer,
        empty="個別規約はありません。",
    )


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("T", IndividualTerms)
    search.numbers("L", Annotation)
    customer_cards.register(70, of_customer)
    customer_cards.act("terms.add_individual_terms", "customer")
    clause_cards.texts(text_and_version)
    clause_cards.notes(annotation_cards.notes_on)
    nav.register(nav.Entry(group="規約と記録", label="規約・条項", url_name="terms:contents"))
    nav.register(
        nav.Entry(
            group="規約と記録",
            label="規約の版",
            url_name="admin:terms_termsversion_changelist",
            permission="terms.view_termsversion",
            order=51,
        )
    )
    nav.register(
        nav.Entry(
            group="規約と記録",
            label="個別規約",
            url_name="admin:terms_individualterms_changelist",
            permission="terms.view_individualterms",
            order=52,
        )
    )
