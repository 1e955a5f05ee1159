"""印刷と差出し: the list of runs, and the page of a run with its next step first."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, StateTone, state_chip
from config.desk.jst import jshort
from config.desk.listpage import ListPage, short
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from notices.engine import label
from notices.models import Delivery
from notices.posting.models import PrintRun, PrintRunLetter
from notices.posting.options import envelope_words

OPEN, SHOWN, REFRESH_SECONDS = "notices.open_print_run", 300, 5
RUN_TONES: dict[str, StateTone] = {
    "open": "draft", "freezing": "running", "frozen": "running", "printed": "running", "posted": "done", "closed": "closed",
}  # fmt: skip
LETTER_TONES: dict[str, StateTone] = {
    "in": "running",
    "posting": "running",
    "posted": "done",
    "pulled_out": "withdrawn",
}
Run, In = PrintRun.State, PrintRunLetter.State


def run_chip(run: PrintRun) -> Chip:
    """Where the run stands; what went wrong before all else."""
    if run.failure:
        return state_chip("failed", "PDFを作れず" if run.state == Run.FROZEN else "確定できず")
    return state_chip(RUN_TONES[run.state], run.get_state_display())


def letter_chip(letter: PrintRunLetter) -> Chip:
    """Where a letter stands in its run; one that was cancelled since must not leave."""
    if letter.state == In.IN and letter.delivery.state == Delivery.State.CANCELLED:
        return state_chip("withdrawn", "取消し：抜く")
    if letter.failure:
        return state_chip("failed", "記録できず")
    return state_chip(LETTER_TONES[letter.state], letter.get_state_display())


@admin.register(PrintRun)
class PrintRunAdmin(ListPage, CaseAdmin):
    """Runs: made, printed, posted."""

    list_display = ("number_shown", "chip", "how_many", "how", "made")
    list_filter = ("state", "postage")
    list_select_related = ("made_by",)
    search_fields = ("number__startswith", "letters__delivery__notice__number__startswith")
    search_help_text = "印刷番号、通知番号で検索"
    ordering = ("-made_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With their numbers of letters."""
        out, posted = Q(letters__state="pulled_out"), Q(letters__state="posted")
        counts = {"of": Count("letters", filter=~out), "gone": Count("letters", filter=posted)}
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description="印刷", ordering="number")
    def number_shown(self, run: PrintRun) -> str:
        """Its number."""
        return run.number

    @admin.display(description="状態", ordering="state")
    def chip(self, run: PrintRun) -> SafeString:
        """Where it stands."""
        return chip_tag(run_chip(run))

    @admin.display(description="通数")
    def how_many(self, run: Any) -> SafeString:
        """In it, and posted."""
        return two_lines(f"{run.of}通", f"差出し済 {run.gone}通")

    @admin.display(description="郵便の種類", ordering="postage")
    def how(self, run: PrintRun) -> SafeString:
        """How it goes."""
        return two_lines(run.get_postage_display(), envelope_words(run.envelope))

    @admin.display(description="作成", ordering="made_at")
    def made(self, run: PrintRun) -> SafeString:
        """When, by whom."""
        return two_lines(short(run.made_at), str(run.made_by))

    def tabs(self, request: HttpRequest) -> list[tuple[str, str, QuerySet[Any], bool]]:
        """All, and those under way."""
        rows = PrintRun.objects.all()
        return [
            ("すべて", "", rows, False),
            ("差出し待ち", "state__exact=printed", rows.filter(state="printed"), False),
        ]

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """A new run."""
        if not permitted(verb(OPEN), request.user):
            return []
        return [{"label": verb(OPEN).label, "url": reverse("notices:print"), "style": "primary"}]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """While the machine is at work, the page comes again by itself: by a header, so that it needs no script."""
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        run = PrintRun.objects.filter(pk=object_id).first() if object_id.isdigit() else None
        if run is not None and _at_work(run):
            response["Refresh"] = str(REFRESH_SECONDS)
        return response

    def page(self, request: HttpRequest, run: PrintRun) -> CasePage:
        """What is next, how far the machine is, the list in its order, the files."""
        letters = list(run.letters.select_related("delivery__notice__customer").in_order())
        standing = [letter for letter in letters if letter.state != In.PULLED_OUT]
        return CasePage(
            title=f"{run.get_postage_display()}　{len(standing)}通", chips=[run_chip(run)], clause="4(1)(2)", owner=str(run.made_by),
            messages=_messages(run, standing), top=_progress(run, standing), main=[_list(letters), self.timeline_card(run)],
            side=[_files(run, standing), card("概要", "facts", _facts(run, letters))],
        )  # fmt: skip


def _at_work(run: PrintRun) -> bool:
    recording = run.letters.filter(state=In.POSTING).exists()
    return not run.failure and (run.state in (Run.FREEZING, Run.FROZEN) or recording)


NEXT = {
    "open": "入れる通知を確かめて、「一覧を確定する」を押してください。",
    "freezing": "一覧を確定しています。日付や宛先の古くなった通知は、作り直しています。",
    "frozen": "PDFを作っています。この画面を閉じても続きます。",
    "printed": "PDFを印刷して封入し、郵便局に差し出したら、「まとめて差出しを記録する」で記録してください。",
    "posted": "差出しの記録が終わりました。配達や返戻は、通知ごとに記録します。",
    "closed": "この印刷は終わりました。",
}
SECRET = "パスワードを含む通知があります。PDFは保存せず、ダウンロードのたびに作ります。差し出した後は、パスワードを入れて印刷できません。"
TRAINING = "研修用です。PDFのすべての頁に「研修」と入ります。書面としては使えません。"


def _messages(run: PrintRun, letters: list[PrintRunLetter]) -> list[dict[str, str]]:
    from django.conf import settings

    if run.failure:
        again = "直してから、「PDFを作り直す」を押してください。" if run.state == Run.FROZEN else ""
        return [note("error", f"{run.failure}{again}")]
    told = [note("success" if run.state == Run.POSTED else "info", f"{NEXT[run.state]}{run.closed_reason}")]
    off = list(run.letters.held_though_cancelled().select_related("delivery__notice"))
    if off and run.state == Run.PRINTED:
        named = "、".join(str(x.notice) for x in off[:10])
        told.append(
            note(
                "warning",
                f"一覧を確定した後に取り消された通知が{len(off)}通あります（{named}）。紙を束から抜き、「PDFを作り直す」を押してください。取り消された通知は、理由を残して外れます。作り直すまで、PDFはダウンロードできません。",
            )
        )
    if failed := [x for x in letters if x.failure]:
        told.append(
            note(
                "error",
                f"差出しを記録できなかった通知が{len(failed)}通あります。理由は一覧にあります。ほかの通知は記録しました。",
            )
        )
    told += [note("info", SECRET)] if run.carries_secrets and run.state != Run.POSTED else []
    return told + ([note("warning", TRAINING)] if settings.KIYAKU_MODE == "training" else [])


def _progress(run: PrintRun, letters: list[PrintRunLetter]) -> list[dict[str, Any]]:
    """How many of how many, while the machine is at work."""
    if not _at_work(run):
        return []
    made = run.state in (Run.FREEZING, Run.FROZEN)
    title, of = ("PDFの作成の進み", len(letters)) if made else ("差出しの記録の進み", len(letters))
    done = run.rendered if made else sum(letter.state == In.POSTED for letter in letters)
    return [card(title, "progress", {"done": done, "of": of, "seconds": REFRESH_SECONDS}, sub=f"{done:,} / {of:,}通")]


COLUMNS = ["順", "通知", "宛先", "頁", "状態"]


def _list(letters: list[PrintRunLetter]) -> dict[str, Any]:
    """Those in it in their order, then those that left it."""
    ordered = sorted(letters, key=lambda letter: letter.state == In.PULLED_OUT)
    more = f"はじめの{SHOWN}通です。すべては「宛先の一覧」のファイルにあります。" if len(letters) > SHOWN else ""
    data = {"columns": COLUMNS, "rows": [_cells(letter) for letter in ordered[:SHOWN]]}
    return card("宛先の一覧", "table", data, count=f"{len(letters):,}通", sub=more)


def _cells(letter: PrintRunLetter) -> list[Any]:
    notice, why = letter.notice, letter.failure or (letter.reason if letter.state == In.PULLED_OUT else "")
    kind = f"{label(notice.kind)}（再発行）" if letter.reprint else label(notice.kind)
    posted = f"{short(letter.posted_at)}　{letter.office}" if letter.posted_at and letter.state == In.POSTED else ""
    return [
        str(letter.position or "—"), {"text": str(notice), "url": url_of(notice), "strong": True, "sub": kind},
        {"text": str(notice.customer), "sub": letter.delivery.to}, letter.pages, {"chip": letter_chip(letter), "text": "", "sub": why or posted},
    ]  # fmt: skip


def _files(run: PrintRun, letters: list[PrintRunLetter]) -> dict[str, Any]:
    """What there is to print and to hand in."""
    if run.frozen_at is None or run.state == Run.FREEZING:
        return card("ファイル", "note", {"text": "一覧を確定すると、PDF、宛先の一覧、差出票ができます。"})
    rows = []
    if run.printed_at and run.state != Run.FROZEN:
        rows.append(fact("印刷用のPDF", "ダウンロード", url=_url("run_pdf", run), sub=f"{run.pages:,}枚"))
    if run.printed_at and (again := run.letters.printed_once_more().count()):
        rows.append(
            fact("再発行のPDF", "ダウンロード", url=_url("run_reprints", run), sub=f"{again}通。「再発行」と入ります")
        )
    rows += [
        fact("宛先の一覧", "CSV（UTF-8）", url=_url("run_list", run, "utf-8")),
        fact("", "CSV（Shift_JIS）", url=_url("run_list", run, "cp932")),
        fact("差出票", "PDF", url=_url("run_slip", run), sub="追跡番号の欄は、空欄なら窓口で貼れます"),
    ]
    return card("ファイル", "facts", rows)


def _url(name: str, run: PrintRun, *more: str) -> str:
    return reverse(f"notices:{name}", args=[run.pk, *more])


def _facts(run: PrintRun, letters: list[PrintRunLetter]) -> list[dict[str, Any]]:
    states = [letter.state for letter in letters]
    rows = [
        fact("状態", "", chip=run_chip(run)),
        fact("郵便の種類", run.get_postage_display(), sub=envelope_words(run.envelope)),
        fact("通数", f"{len(states) - states.count('pulled_out'):,}通", sub=f"差出し済 {states.count('posted')}通・抜いた {states.count('pulled_out')}通"),
        fact("作成", f"{run.made_by}　{jshort(run.made_at)}"),
        fact("一覧の確定", f"{run.frozen_by}　{jshort(run.frozen_at)}" if run.frozen_at else "—"),
        fact("PDF", jshort(run.printed_at) if run.printed_at else "—"),
    ]  # fmt: skip
    if run.closed_at:
        rows.append(fact("終わった日時", jshort(run.closed_at), sub=run.closed_reason))
    if run.file_sha256:
        rows.append(fact("SHA-256", run.file_sha256))
    return rows


def posting_card(notice: Any) -> dict[str, Any] | None:
    """On a letter's page: the runs in which it was, and what was mended on it."""
    rows = PrintRunLetter.objects.filter(delivery__notice=notice).select_related("run", "delivery").order_by("pk")
    data = [
        fact(f"印刷 {x.run}", "", chip=letter_chip(x), sub="再発行" if x.reprint else x.reason if x.state == In.PULLED_OUT else "")
        | {"url": url_of(x.run), "value": "開く"}
        for x in rows
    ]  # fmt: skip
    return card("印刷", "facts", data) if data else None
