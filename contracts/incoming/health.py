"""Whether the files are still what came in, for `manage.py doctor`."""

from config.desk import doctor
from config.desk.doctor import Finding
from contracts.incoming import storage
from contracts.incoming.models import StoredFile

LATEST = 50


def _files() -> Finding:
    """The bytes of the latest files hashed again."""
    latest = StoredFile.objects.select_related("incoming").order_by("-pk")[:LATEST]
    wrong = [file for file in latest if storage.kept(file.sha256) is None]
    if wrong:
        named = "、".join(f"{file.incoming.number} {file.name}" for file in wrong[:5])
        return Finding(False, f"受信したファイルが{len(wrong)}件、失われたか、変わっています：{named}")
    return Finding(True, f"受信したファイル（新しい{LATEST}件まで）は、受け取ったときのままです。")


def register_all() -> None:
    """Called once, when the room starts."""
    doctor.check("受信したファイル", _files)
