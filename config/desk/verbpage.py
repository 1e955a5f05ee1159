"""The page of a verb: form, dates with reasoning, letter, one confirm button. GET never writes."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views import View

from config.desk import after, clock, goon
from config.desk.chips import clause_url
from config.desk.clause_cards import clause_card
from config.desk.origin import back_of, from_home, marked
from config.desk.pages import leads_of, list_url, url_of
from config.desk.press import permitted, press, require_permission
from config.desk.reading import reading
from config.desk.refusal import FormRefused, NotPermitted, Refused
from config.desk.registry import Preview, Verb, verb, verbs
from config.desk.timeline import POLITE, done


class ReasonMixin(forms.Form):
    """Why this step is taken: for the record inside, never in the letter."""

    reason = forms.CharField(
        label="この手続の理由", max_length=1000, help_text="社内の記録に残ります。通知には載りません。"
    )


def page_form(pressed: Verb, row: Model | None) -> type[forms.Form]:
    """The verb's form, with a reason for the history where it has none of its own and needs one, and without what only files bring."""
    form = pressed.form_class(row)
    left_out: dict[str, Any] = dict.fromkeys(_not_from_pages(form))
    has_one = "reason" in form.base_fields or getattr(form, "asks_no_reason", False)
    bases = (form,) if has_one else (ReasonMixin, form)
    return type("PageForm", bases, left_out)


def _not_from_pages(form: type[forms.Form]) -> Collection[str]:
    """Fields that an import fills; a page that posts them is not believed."""
    return getattr(form, "not_from_pages", ())


UNSEEN, LOOK_FIRST = (
    "どの内容を見て操作したのかが分かりません。操作は行われていません。",
    "画面を開き直し、内容を見てから、もう一度操作してください。",
)


class VerbView(View):
    """One verb on one row (or on none)."""

    http_method_names = ["get", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Permission first, then the row."""
        key = kwargs["key"]
        if key not in {v.key for v in verbs()}:
            return admin.site.admin_view(_not_found)(request)
        self.verb = verb(key)
        if (self.verb.subject is None) != (kwargs.get("pk") is None):
            raise Http404("この手続の対象がありません")
        self.row = self._row(kwargs.get("pk"))
        if not permitted(self.verb, request.user):
            return self._not_permitted(request)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return response

    def _row(self, pk: int | None) -> Model | None:
        if self.verb.subject is None or pk is None:
            return None
        return get_object_or_404(self.verb.subject._base_manager, pk=pk)

    def _not_permitted(self, request: HttpRequest) -> HttpResponse:
        try:
            require_permission(self.verb, request.user)
        except NotPermitted as refused:
            messages.error(request, f"{refused.message}{refused.instead}")
        return redirect(url_of(self.row) or "admin:index")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form as it stands, and what it would bring about."""
        with reading():
            form = page_form(self.verb, self.row)(initial=self._initial(request))
            return self._page(request, form, refusal=self._why_not(request))

    def _initial(self, request: HttpRequest) -> dict[str, Any]:
        now = clock.now().astimezone(clock.JST).replace(second=0, microsecond=0)
        fields = page_form(self.verb, self.row).base_fields
        moments = {name: now for name, f in fields.items() if isinstance(f, forms.DateTimeField)}
        return (
            moments
            | self.verb.initial(self.row, clock.now())
            | {n: f.widget.value_from_datadict(request.GET, {}, n) for n, f in fields.items() if n in request.GET}
        )

    def _why_not(self, request: HttpRequest) -> Refused | None:
        if self.row is None and self.verb.subject is not None:
            return Refused("対象を選んでください。")
        return self.verb.why_not(self.row, by=request.user, at=clock.now())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Press, unless only the preview was asked for."""
        form = page_form(self.verb, self.row)(data=request.POST, files=request.FILES)
        if "preview" in request.GET or "preview" in request.POST:
            return self._preview_only(request, form)
        if not form.is_valid():
            return self._page(request, form, status=422)
        if refused := self._unseen(form):
            return self._page(request, form, refusal=refused, status=409)
        queue = goon.queue_before(request)
        try:
            data = self._believed(request.POST)
            result = press(self.verb.key, self.row, by=request.user, at=clock.now(), data=data, files=request.FILES)
        except FormRefused as refused:
            return self._page(request, _with_errors(form, refused.form), status=422)
        except Refused as refused:
            return self._page(request, form, refusal=refused, status=409)
        after.pressed()
        onward = goon.onward(request, result)
        here = set() if onward else {request.path, url_of(self.row), url_of(result)}
        goon.tell(request, self._done(result), queue, here)
        if onward:
            return redirect(onward)
        place = back_of(request) or url_of(result) or url_of(self.row) or "/admin/"
        return redirect(marked(place, home=from_home(request)))

    def _unseen(self, form: forms.Form) -> Refused | None:
        """A verb that keeps the mark of what the person had before them takes no post of a page without it."""
        if "seen" not in form.fields or form.cleaned_data.get("seen"):
            return None
        return Refused(UNSEEN, clause=self.verb.clause, instead=LOOK_FIRST)

    def _believed(self, posted: QueryDict) -> QueryDict:
        data = posted.copy()
        for name in _not_from_pages(self.verb.form_class(self.row)):
            data.pop(name, None)
        return data

    def _done(self, result: Model) -> str:
        number = getattr(result, "number", "")
        return (
            f"{done(self.verb.label, POLITE)}（{number}）。{after.told(result)}"
            if number
            else f"{done(self.verb.label, POLITE)}。"
        )

    def _preview_only(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        if request.headers.get("X-Requested-With") != "fetch":
            typed = _as_initial(form)
            preview = self._preview(form)
            typed |= {name: value for name, value in (preview.fills if preview else ()) if not typed.get(name)}
            return self._page(request, page_form(self.verb, self.row)(initial=typed), filled=form)
        return TemplateResponse(request, "desk/preview.html", {"preview": self._preview(form)})

    def _preview(self, form: forms.Form) -> Preview | None:
        if self.verb.preview is None:
            return None
        try:
            shown = self.verb.preview(self.row, at=clock.now(), **_as_far_as_filled(form))
            return replace(shown, consequences_title="承認されると起こること") if self.verb.proposes else shown
        except Refused as refused:
            return Preview(messages=(("warning", f"{refused.message}{refused.instead}"),))
        except CANNOT_SHOW as problem:
            return Preview(messages=(("warning", str(problem)),))
        except (ValueError, OverflowError):
            return Preview(messages=(("warning", "この日付では計算できません。日付を確かめてください。"),))

    def _page(
        self,
        request: HttpRequest,
        form: forms.Form,
        *,
        refusal: Refused | None = None,
        status: int = 200,
        filled: forms.Form | None = None,
    ) -> HttpResponse:
        if status != 200 and (page := _own_pages.get(self.verb.key)):
            return page(request, self.row, form, refusal, status)
        context = admin.site.each_context(request) | self._row_context(request) | {
            "title": self.verb.label, "verb": self.verb, "form": form, "refusal": refusal, "preview": _shown(self._preview(filled or form)),
            "has_preview": self.verb.preview is not None, "clause_card": clause_card(self.verb.clause, clock.today()),
            "consequence": {"title": self.verb.consequence[0], "text": self.verb.consequence[1]},
            "clause_url": clause_url(self.verb.clause), "blocked": refusal is not None and status == 200,
            "leads": leads_of(refusal.leads, request.user) if refusal else [],
            "told": self.verb.told(self.row) if self.verb.told else [], "cards_side": self.verb.beside(self.row) if self.verb.beside else [],
        }  # fmt: skip
        if refusal is not None and status == 200:
            refusal.only_told = True  # type: ignore[attr-defined]
        return TemplateResponse(request, "desk/verb.html", context, status=status)

    def _row_context(self, request: HttpRequest) -> dict[str, Any]:
        row = self.row
        way_out = back_of(request) or goon.onward(request, row) or ("/admin/" if from_home(request) else "")
        back = url_of(row) or (list_url(self.verb.subject) if self.verb.subject and row is not None else "/admin/")
        if row is None:
            return {"row_url": back, "cancel_url": way_out or back}
        customer = getattr(row, "customer", None)
        return {
            "row_label": row._meta.verbose_name, "row_number": getattr(row, "number", None) or str(row), "row_url": back, "cancel_url": way_out or back,
            "customer": customer, "customer_url": url_of(customer), "owner": getattr(row, "owner", None),
        }  # fmt: skip


OwnPage = Callable[[HttpRequest, Any, forms.Form, Refused | None, int], HttpResponse]
_own_pages: dict[str, OwnPage] = {}


def answers_on(page: OwnPage, *keys: str) -> None:
    """Where these verbs were refused, the row's own page, on which they are pressed, answers instead of a bare form."""
    _own_pages.update(dict.fromkeys(keys, page))


CANNOT_SHOW: tuple[type[Exception], ...] = ()  # what the engine of letters raises when a letter does not fit


def cannot_show(kind: type[Exception]) -> None:
    """An engine names the exception whose sentence is shown in place of a preview."""
    global CANNOT_SHOW
    CANNOT_SHOW = (*CANNOT_SHOW, kind)


def _as_far_as_filled(form: forms.Form) -> dict[str, Any]:
    """Cleaned values of the fields that are right so far; of an unbound form, the initial ones."""
    if form.is_bound:
        form.is_valid()  # once: what was found wrong since then stays under its fields
        return dict(form.cleaned_data)
    begun = {name: (field, form.get_initial_for_field(field, name)) for name, field in form.fields.items()}
    return {name: _cleaned(field, value) for name, (field, value) in begun.items()}


def _cleaned(field: forms.Field, value: Any) -> Any:
    """What an address brought is text: in the field's type, or nothing where it does not fit."""
    if not isinstance(value, str):
        return value
    try:
        return field.clean(value)
    except forms.ValidationError:
        return None


def _as_initial(form: forms.Form) -> dict[str, Any]:
    """What was typed, to be shown again without judging it: only the preview was asked for."""
    return {name: form[name].value() for name in form.fields}


def _with_errors(form: forms.Form, refused: forms.Form) -> forms.Form:
    """The page's own form, with all that was typed, and under its fields what the verb's form found wrong."""
    for name, errors in refused.errors.items():
        form.add_error(name if name in form.fields else None, errors)
    return form


def _shown(preview: Preview | None) -> dict[str, Any] | None:
    if preview is None:
        return None
    return {**vars(preview), "messages": [{"tone": tone, "text": text} for tone, text in preview.messages]}


def _not_found(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    messages.error(request, "その手続はありません。")
    return redirect("admin:index")
