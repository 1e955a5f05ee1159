"""Whether the folder into which the web form's export is dropped can be read and written, for `manage.py doctor`."""

import os
from pathlib import Path

from django.conf import settings

from config.desk import doctor
from config.desk.doctor import Finding


def _folder() -> Finding:
    folder = settings.KIYAKU_INTAKE_FOLDER
    if not folder:
        return Finding(True, "取込みフォルダーは使っていません（KIYAKU_INTAKE_FOLDER）。")
    if Path(folder).is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding(True, "取込みフォルダーを読み書きできます。")
    return Finding(False, "取込みフォルダーを読み書きできません。KIYAKU_INTAKE_FOLDER の場所と権限を確かめてください。")


def register_all() -> None:
    """Called once, when the room starts."""
    doctor.check("取込みフォルダー", _folder)
