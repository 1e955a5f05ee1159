"""Taking in a published text from its file: judged whole first, then written in one step (readings, section 5)."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from config.desk.refusal import Refused
from config.desk.step import step
from contracts.terms.models import TermsVersion
from contracts.terms.parsing import ParsedTerms
from contracts.terms.references import references
from contracts.terms.workflow import add_clauses, create_version

MAX_BYTES = 10 * 1024 * 1024
MAX_NUMBER = 20  # characters that the table holds


@dataclass(frozen=True, kw_only=True)
class Version:
    """What the operator says of the text: its number, the JST day from which it applies, the moment of publication."""

    number: str
    effective_from: date
    published_at: datetime | None = None


@dataclass(frozen=True)
class Counts:
    """How much a text holds."""

    articles: int
    beta_articles: int
    paragraphs: int
    items: int


def read_text(path: Path) -> str:
    """The file as text. Refused, with a sentence for the operator, where it is none in UTF-8."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Refused("ファイルが10MBを超えています。", instead="規約の本文だけのファイルを選んでください。")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise Refused(f"ファイルを読めません：{path}", instead="ファイルの場所と権限を確かめてください。") from problem
    except UnicodeDecodeError as broken:
        line = broken.object[: broken.start].count(b"\n") + 1
        raise Refused(
            f"{line}行目に、UTF-8では読めない文字があります。", instead="UTF-8で保存し直してください。"
        ) from broken
    if "\0" in text:
        raise Refused("文字でない内容があります。", instead="規約の本文のテキストファイルを選んでください。")
    return text


def counts(parsed: ParsedTerms) -> Counts:
    """Articles, paragraphs and items of both parts."""
    beta = sum(article.part == "beta" for article in parsed.articles)
    paragraphs = [paragraph for article in parsed.articles for paragraph in article.paragraphs]
    return Counts(
        len(parsed.articles) - beta, beta, len(paragraphs), sum(len(paragraph.items) for paragraph in paragraphs)
    )


def doubtful_references(parsed: ParsedTerms) -> list[str]:
    """References of the text that lead nowhere or carry another heading; shown, not mended."""
    return [f"{found.source}「{found.text}」：{found.problem}" for found in references(parsed) if found.problem]


def why_not(version: Version) -> Refused | None:
    """A number stands for one text: it is taken in once, on the day on which it was first said to apply."""
    if not 0 < len(version.number) <= MAX_NUMBER:
        return Refused(f"版の番号は1文字から{MAX_NUMBER}文字までです。")
    known = TermsVersion.objects.filter(number=version.number).first()
    if known is None:
        return None
    if known.clauses.exists():
        return Refused(
            f"版 {version.number} は、取り込み済みです。",
            instead="取り込んだ版は書き換えられません。新しい版の番号で取り込んでください。",
        )
    if known.effective_from != version.effective_from:
        return Refused(
            f"版 {version.number} の適用開始日は、{known.effective_from} です。", instead="同じ日を指定してください。"
        )
    return None


def take_in(version: Version, text: str, parsed: ParsedTerms, *, at: datetime, reason: str) -> TermsVersion:
    """Write version and clauses in one step, by the system user. Refused as `why_not` says."""
    with step("terms.import", at=at, reason=reason):
        if refused := why_not(version):
            raise refused
        row = _row(version, text)
        add_clauses(row, parsed)
    return row


def _row(version: Version, text: str) -> TermsVersion:
    """A new version, or the one that stands without clauses."""
    known = TermsVersion.objects.select_for_update(of=("self",)).filter(number=version.number).first()
    if known is None:
        return create_version(
            number=version.number, effective_from=version.effective_from, published_at=version.published_at, text=text
        )
    known.text, known.published_at = text, version.published_at or known.published_at
    known.save()
    return known
