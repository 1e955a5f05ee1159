"""What this room adds to the desk: the text of clauses beside pages, and its line of the sidebar."""

from datetime import date

from config.desk import clause_cards, nav
from contracts.terms.models import Clause, TermsVersion


def text_and_version(ref: str, on: date) -> tuple[str, str]:
    """The official text of a clause on a day, and the version; both empty where nothing was imported."""
    version = TermsVersion.objects.filter(effective_from__lte=on).order_by("-effective_from").first()
    if version is None:
        return "", ""
    row = Clause.objects.filter(version=version, ref=ref).first()
    return (row.text if row else ""), version.label


def register_all() -> None:
    """Called once, when the room starts."""
    clause_cards.texts(text_and_version)
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
