"""Whether the folder into which the web form's export is dropped can be read and written, for `manage.py doctor`."""

import os
from pathlib import Path

from django.conf import settings

from config.desk import doctor
from config.desk.doctor import Finding
from contracts.applications.drop_folder import waiting

SHOWN = 5  # files that are named


def _folder() -> Finding:
    folder = settings.KIYAKU_INTAKE_FOLDER
    if not folder:
        return Finding(True, "取込みフォルダーは使っていません（KIYAKU_INTAKE_FOLDER）。")
    if Path(folder).is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return _waiting(folder)
    return Finding(False, "取込みフォルダーを読み書きできません。KIYAKU_INTAKE_FOLDER の場所と権限を確かめてください。")


def _waiting(folder: str) -> Finding:
    if told := drop_told(folder):
        return Finding(False, told)
    return Finding(True, "取込みフォルダーを読み書きできます。")


def drop_told(folder: str) -> str:
    """A sentence that names what lies in the folder and is not taken in; empty where all is well."""
    waits = waiting(folder) if folder else []
    if not waits:
        return ""
    more = f"ほか{len(waits) - SHOWN}件" if len(waits) > SHOWN else ""
    return f"取込みフォルダーに、取り込めないまま残っているファイルがあります：{'、'.join(waits[:SHOWN])}{more}。ファイルと「済」「不可」を確かめてください。"


def register_all() -> None:
    """Called once, when the room starts."""
    doctor.check("取込みフォルダー", _folder)
