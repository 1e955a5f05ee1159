"""The verbs of print runs."""

from typing import Any

from config.desk.registry import Verb, register
from notices.posting import forms, workflow
from notices.posting.models import PrintRun

ROLES = frozenset({"受付", "契約"})
Run = PrintRun.State


def _while_in(*states: str) -> Any:
    """For buttons: the run is in one of these states."""
    return lambda run: run.state in states


def register_all() -> None:
    """Called once, when the engine starts."""
    common: dict[str, Any] = {"roles": ROLES, "clause": workflow.CLAUSE}
    of_run: dict[str, Any] = common | {"subject": PrintRun}
    register(
        Verb(key="notices.open_print_run", label="印刷を始める", subject=None, form=forms.OpenForm, why_not=workflow.open_why_not,
             run=workflow.open_run, preview=workflow.open_preview, style="primary",
             consequence=("選んだ通知を、一つの印刷にまとめます。", "一覧を確定するまで、抜くことも、閉じて選び直すこともできます。"), **common)
    )  # fmt: skip
    register(
        Verb(key="notices.freeze_print_run", label="一覧を確定する", form=forms.NothingForm, why_not=workflow.freeze_why_not,
             run=workflow.freeze, style="primary", applies=_while_in(Run.OPEN),
             consequence=("通知番号の順に、一覧とPDFの順が決まります。", "古くなった通知は先に作り直し、送る理由のなくなった通知は外します。"), **of_run)
    )  # fmt: skip
    register(
        Verb(key="notices.mark_run_posted", label="まとめて差出しを記録する", form=forms.posted_form, why_not=workflow.mark_posted_why_not,
             run=workflow.mark_run_posted, style="primary", applies=_while_in(Run.PRINTED),
             initial=lambda run, at: {"postage": run.postage},
             consequence=("記録した通知は、差出し日時に発送されたものになります（第4条第2項）。", "期間は、この日時から数えます。"), **of_run)
    )  # fmt: skip
    register(
        Verb(key="notices.pull_out", label="通知を抜く", form=forms.pull_out_form, why_not=workflow.pull_out_why_not, run=workflow.pull_out,
             applies=_while_in(Run.OPEN, Run.FREEZING, Run.FROZEN, Run.PRINTED),
             consequence=("抜いた通知は、発送されません。", "また印刷を待つ通知になり、別の印刷に入れられます。"), **of_run)
    )  # fmt: skip
    register(
        Verb(key="notices.reprint", label="再発行する", form=forms.reprint_form, why_not=workflow.reprint_why_not, run=workflow.reprint,
             applies=_while_in(Run.PRINTED, Run.POSTED),
             consequence=("紙に「再発行」と入れ、記録に残します。", "保存した書面は変わりません。発送の記録が増えることもありません。"), **of_run)
    )  # fmt: skip
    register(
        Verb(key="notices.render_print_run", label="PDFを作り直す", form=forms.NothingForm, why_not=workflow.render_again_why_not,
             run=workflow.render_again, folded=True, applies=_while_in(Run.FROZEN, Run.PRINTED),
             consequence=("まだ差し出していない通知で、PDFを作り直します。", "取り消した通知は外し、古い通知は作り直して次の印刷に回します。"), **of_run)
    )  # fmt: skip
    register(
        Verb(key="notices.close_print_run", label="印刷を閉じる", form=forms.CloseForm, why_not=workflow.close_why_not, run=workflow.close,
             folded=True, applies=_while_in(Run.OPEN, Run.FREEZING, Run.FROZEN, Run.PRINTED),
             consequence=("差し出していない通知は、この印刷から外れます。", "また印刷を待つ通知になります。"), **of_run)
    )  # fmt: skip
