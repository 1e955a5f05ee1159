"""The two pages for the scanner: tracking numbers after posting, and envelopes that came back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from config.desk import after, clock
from config.desk.chips import Chip, state_chip
from config.desk.clock import JST
from config.desk.jst import jday_year, jmoment
from config.desk.pages import Button, fact, url_of, verb_url
from config.desk.press import permitted, press
from config.desk.refusal import FormRefused, Refused
from config.desk.registry import verb
from config.desk.verbpage import page_form
from notices.cards import when
from notices.chips import delivery_chip, delivery_words
from notices.engine import label
from notices.models import Notice
from notices.returns import scanned
from notices.returns.finding import Found, find
from notices.returns.matching import Matched, match

TRACKING, RETURN = "notices.record_tracking", "notices.record_return"


def tracking_page(request: HttpRequest) -> HttpResponse:
    """Lines from the scanner or a spreadsheet: shown beside their letters, then recorded one by one. GET writes nothing."""
    _require(request, TRACKING)
    text = request.POST.get("lines", "") if request.method == "POST" else ""
    matched = match(scanned.read(text))
    recorded: list[Matched] = []
    if request.method == "POST" and "record" in request.POST:
        recorded, matched = _record(request, matched)
        text = "\n".join(one.line.text for one in matched)
    context = {
        "title": "追跡番号の読取り", "text": text, "rows": [_row(one) for one in matched], "ready": sum(one.ready for one in matched),
        "faults": sum(bool(one.fault) for one in matched), "recorded": [_recorded(one) for one in recorded], "most": scanned.MOST_LINES,
    }  # fmt: skip
    return _page(request, "tracking", context)


def _record(request: HttpRequest, matched: list[Matched]) -> tuple[list[Matched], list[Matched]]:
    """(what was recorded, what is to be mended). Each line is a step of its own: one that is refused stops no other."""
    recorded, left = [], []
    for one in matched:
        if one.done:
            continue
        refused = one.fault or _press(request, one)
        if refused:
            left.append(Matched(line=one.line, notice=one.notice, fault=refused))
        else:
            recorded.append(one)
    _tell(request, len(recorded), len(left))
    return recorded, left


def _press(request: HttpRequest, one: Matched) -> str:
    """Nothing where it was recorded; else what was in the way."""
    data = {"tracking_number": one.line.tracking}
    try:
        press(TRACKING, one.notice, by=request.user, at=clock.now(), data=data, reason="追跡番号の読取り")
    except Refused as refused:
        return f"{refused.message}{refused.instead}"
    return ""


def _tell(request: HttpRequest, recorded: int, left: int) -> None:
    if recorded:
        after.pressed()
        messages.success(request, f"追跡番号を{recorded}件記録しました。")
    if left:
        messages.warning(request, f"{left}件は記録していません。下の欄に残しました。直して、もう一度確かめてください。")
    if not recorded and not left:
        messages.info(request, "記録するものはありませんでした。")


def _row(one: Matched) -> list[Any]:
    notice = one.notice
    named = {
        "text": one.line.letter or "—",
        "url": url_of(notice),
        "strong": True,
        "sub": label(notice.kind) if notice else "",
    }
    to = {"text": notice.customer.name, "sub": _posted(notice)} if notice else "—"
    return [
        {"chip": _chip(one), "text": "", "sub": one.fault or one.warning},
        named,
        to,
        one.line.tracking or "—",
        one.line.text,
    ]


def _chip(one: Matched) -> Chip:
    if one.fault:
        return state_chip("failed", "直す")
    if one.done:
        return state_chip("closed", "記録済")
    return state_chip("waiting", "確かめる") if one.warning else state_chip("done", "記録できる")


def _posted(notice: Notice) -> str:
    post = notice.post
    return f"{jday_year(post.dispatched_at)} 差出し" if post and post.dispatched_at else "差出しの記録なし"


def _recorded(one: Matched) -> list[Any]:
    assert one.notice is not None
    return [
        {"text": one.line.letter, "url": url_of(one.notice), "strong": True},
        one.notice.customer.name,
        one.line.tracking,
    ]


# --- envelopes that came back -------------------------------------------------------------------------------------


def returned_page(request: HttpRequest) -> HttpResponse:
    """A scanned envelope opens its letter with the form of its return filled in; the field is ready for the next one."""
    _require(request, RETURN)
    query = request.GET.get("scan", "").strip()
    found = find(query) if query else Found()
    form = None
    if found.notice is not None:
        if request.method == "POST":
            form, gone_well = _return(request, found.notice)
            if gone_well:
                return redirect(reverse("notices:returned"))
        else:
            form = page_form(verb(RETURN), found.notice)(initial={"channel": "post", "returned_at": _now()})
            form.fields["ground"].widget.attrs["autofocus"] = True  # the first choice; arrows and Enter do the rest
    context = {"title": "返戻の受付", "query": query, "found": found, "form": form, **_of_letter(request, found)}
    status = 422 if form is not None and form.errors else 200
    return _page(request, "returned", context, status=status)


def _return(request: HttpRequest, notice: Notice) -> tuple[Any, bool]:
    data = request.POST.copy()
    data["channel"] = "post"
    form = page_form(verb(RETURN), notice)(data=data)
    if not form.is_valid():
        return form, False
    try:
        press(RETURN, notice, by=request.user, at=clock.now(), data=data, reason=str(form.cleaned_data["reason"]))
    except FormRefused as refused:
        for name, errors in refused.form.errors.items():
            form.add_error(name if name in form.fields else None, errors)
        return form, False
    except Refused as refused:
        messages.error(request, f"{refused.message}{refused.instead}")
        return form, False
    after.pressed()
    entered = Notice.objects.get(pk=notice.pk).post.came_back  # type: ignore[union-attr]
    messages.success(request, _told(notice, entered))
    return form, True


def _told(notice: Notice, entered: Any) -> str:
    kept = f"封筒に {entered.number} と書いて、{entered.kept_in or '決められた箱'}に入れてください。"
    return f"{notice} の返戻を記録しました（{entered.number}）。{kept}{jday_year(entered.check_until)}までに住所を確かめてください。"


def _of_letter(request: HttpRequest, found: Found) -> dict[str, Any]:
    notice = found.notice
    if notice is None:
        return {}
    post, subject = notice.post, notice.subject
    rows = [fact("利用者", str(notice.customer), url=url_of(notice.customer), sub=notice.customer.number)]
    rows.append(fact(str(subject._meta.verbose_name), subject.number, url=url_of(subject)))
    if post is not None:
        rows += [
            fact("郵送", "", chip=delivery_chip(post), sub=when(post)),
            fact("宛先", post.to, sub=str(post.address.get("name", ""))),
        ]
        rows.append(fact("追跡番号", post.tracking_number or "—"))
    return {
        "letter_card": {"data": rows},
        "letter_url": url_of(notice),
        "letter_label": label(notice.kind),
        "blocked": _blocked(request, notice),
        "posting": _posting(notice, request.user),
    }


def _blocked(request: HttpRequest, notice: Notice) -> str:
    """Why no return can be recorded on the post; nothing where it can."""
    post = notice.post
    if post is None:
        return "この通知は、郵送していません。"
    if post.state == "returned":
        row = getattr(post, "came_back", None)
        moment = f"{jmoment(post.returned_at)}に" if post.returned_at else ""
        return f"この通知の返戻は、{moment}記録されています{f'（{row.number}）' if row else ''}。"
    return "" if post.has_left else f"郵送分は「{delivery_words(post)}」なので、返戻を記録できません。"


def _posting(notice: Notice, by: Any) -> Button | None:
    """差出しを記録する, where that comes first."""
    pressed = verb("notices.mark_posted")
    open_to = pressed.applies(notice) and permitted(pressed, by)
    return Button(label=pressed.label, url=verb_url(pressed.key, notice)) if open_to else None


def _now() -> Any:
    return clock.now().astimezone(JST).replace(second=0, microsecond=0)


def _require(request: HttpRequest, key: str) -> None:
    if not request.user.has_perm(f"desk.{key}"):
        raise PermissionDenied


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return TemplateResponse(
        request, f"notices/returns/{name}.html", admin.site.each_context(request) | context, status=status
    )
