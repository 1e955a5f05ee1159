"""What wordings add to the desk: a line of the sidebar, their numbers in the search, the doctor's look at them."""

from config.desk import clock, doctor, nav, search
from config.desk.doctor import Finding
from notices.engine import kinds
from notices.wording.faults import faults
from notices.wording.models import LetterTemplate, StockParagraph
from notices.wording.texts import in_force, slots_of


def _wordings() -> Finding:
    """A new release may have taken a placeholder away, or made one mandatory, that a wording in force does not know of."""
    today = clock.today()
    wrong = [kind.label for kind in kinds() if faults(in_force(kind, today)[0], slots_of(kind))]
    if wrong:
        return Finding(
            False,
            f"使っている文面に直すところがあります：{'、'.join(wrong)}。法務の担当者が「通知の文面」で直してください。",
        )
    return Finding(True, "使っている文面に、直すところはありません。")


def register_all() -> None:
    """Called once, when the engine starts."""
    search.numbers("W", LetterTemplate)
    search.numbers("B", StockParagraph)
    doctor.check("文面", _wordings)
    nav.register(
        nav.Entry(group="通知", label="文面", url_name="notices:wording", permission="notices.view_lettertemplate", order=55)
    )  # fmt: skip
