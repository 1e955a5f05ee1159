"""What the terms need of this place, for `manage.py doctor`."""

from config.desk import clock, doctor
from config.desk.doctor import Finding
from config.desk.refusal import Refused
from contracts.incoming import storage
from contracts.terms.models import IndividualTerms, TermsVersion

HOW = "manage.py import_terms で取り込めます。"


def _in_force() -> Finding:
    try:
        version = TermsVersion.objects.in_force(clock.today())
    except Refused as refused:
        return Finding(False, f"{refused.message}{HOW}")
    if not version.clauses.exists():
        return Finding(None, f"{version.label}が適用されます。本文はまだ取り込まれておらず、要旨を表示します。{HOW}")
    return Finding(True, f"{version.label}が適用されます。")


def _files() -> Finding:
    """The bytes of every file of individual terms hashed again: they are few."""
    wrong = [t for t in IndividualTerms.objects.order_by("pk") if storage.kept(t.sha256) is None]
    if wrong:
        return Finding(
            False, f"個別規約のファイルが、失われたか、変わっています：{'、'.join(str(t) for t in wrong[:5])}"
        )
    return Finding(True, "個別規約のファイルは、登録したときのままです。")


def register_all() -> None:
    """Called once, when the room starts."""
    doctor.check("個別規約のファイル", _files)
    doctor.check("規約の版", _in_force)
