"""Whether decisions still say what was proposed and approved, for `manage.py doctor`."""

from config.desk import doctor
from config.desk.doctor import Finding
from contracts.decisions.models import Decision
from contracts.decisions.workflow import digest


def _contents() -> Finding:
    """Every proposal hashed again: they are short."""
    rows = Decision.objects.order_by("pk").values_list("number", "fields", "fields_hash")
    wrong = [number for number, fields, kept in rows.iterator() if digest(fields) != kept]
    if wrong:
        return Finding(False, f"内容が要約値と合わない決裁が{len(wrong)}件あります：{'、'.join(wrong[:5])}")
    return Finding(True, "決裁の内容は、起案・変更したときのままです。")


def register_all() -> None:
    """Called once, when the engine starts."""
    doctor.check("決裁の内容", _contents)
