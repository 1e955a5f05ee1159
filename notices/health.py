"""What letters need of this place, for `manage.py doctor`."""

from config.desk import doctor
from config.desk.doctor import Finding
from notices.rendering.content import CannotRender
from notices.rendering.glyphs import font_file


def _fonts() -> Finding:
    try:
        font_file("mincho"), font_file("gothic")
    except CannotRender as missing:
        return Finding(False, str(missing))
    return Finding(True, "IPAex明朝・IPAexゴシックがあります。")


def _pango() -> Finding:
    """WeasyPrint loads Pango when it is imported, and raises OSError where it cannot."""
    try:
        import notices.rendering.pdf  # noqa: F401
    except (OSError, ImportError):
        return Finding(False, "Pangoを読み込めません。libpango-1.0-0 と libpangoft2-1.0-0 を入れてください。")
    return Finding(True, "通知書をPDFにできます。")


def register_all() -> None:
    """Called once, when the engine starts."""
    doctor.check("書体", _fonts, needs_database=False)
    doctor.check("PDF", _pango, needs_database=False)
