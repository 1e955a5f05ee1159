"""代理人: who signs for the applicant, and the written authority. While it is missing, ground 3 is in question (6(3)(3))."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.pages import fact, url_of
from config.desk.refusal import Refused
from contracts.applications import receipts
from contracts.applications.models import Agent, Application, DocumentRequest, Ground
from contracts.incoming.fields import Upload
from contracts.incoming.models import Incoming

CLAUSE = "6(3)(3)"
MISSING, AUTHORITY = "代理権の書面がない", "代理権を示す書面（委任状など）"
NAMED_SO = ("代理", "委任", "授権")  # words by which a document is asked for as an authority
OPEN = ("screening", "awaiting_document")


def of(application: Application) -> Agent | None:
    """Who signed for the applicant, where somebody did."""
    return Agent.objects.filter(application=application).select_related("incoming", "by").first()


def lacking(applications: Iterable[Application]) -> set[int]:
    """Of these applications (by pk) those for which somebody signed without an authority in writing; one query."""
    rows = Agent.objects.filter(application__in=[a.pk for a in applications], state=Agent.State.MISSING)
    return set(rows.values_list("application", flat=True))


def lacks_authority(application: Application) -> bool:
    """Whether somebody signed for the applicant of whose authority there is nothing in writing."""
    return application.pk in lacking([application])


def name_agent(
    application: Application, *, by: Any, at: datetime, name: str = "", relation: str = "", document: str = "",
    received_at: datetime | None = None, uploads: Sequence[Upload] = (),
) -> Agent | None:  # fmt: skip
    """Somebody signs for the applicant; with the files of the authority, or with the promise to get it. None without a name."""
    if not name:
        return None
    agent = Agent.objects.create(application=application, name=name, relation=relation, by=by)
    if uploads:
        when = received_at or at
        summary = f"{document or AUTHORITY}（代理人 {name}）"
        entered = receipts.enter(application, summary=summary, by=by, at=at, received_at=when, uploads=uploads)
        hold(application, document or AUTHORITY, by=by, received_at=when, entered=entered)
    return agent


def hold(application: Application, document: str, *, by: Any, received_at: datetime, entered: Incoming | None) -> None:
    """The authority is there in writing: as a line of the register, which no telephone call is. Refused without one."""
    if entered is None or (entered.channel == Incoming.Channel.PHONE and not entered.files.exists()):
        raise _not_in_writing(entered)
    agent = of(application)
    if agent is not None:
        agent.state, agent.document, agent.received_at = Agent.State.HELD, document, received_at
        agent.incoming, agent.by = entered, by
        agent.save()


def _not_in_writing(entered: Incoming | None) -> Refused:
    told = (
        "代理権の書面が、受信簿にありません。" if entered is None else f"{entered}は電話の記録で、書面ではありません。"
    )
    return Refused(
        told,
        clause=CLAUSE,
        instead="届いた書面の受信番号を入れるか、ファイルを付けるか、届いた方法を選んでください。書面が届くまでは「代理権の書面がない」ままです。",
    )


def asked_for(request: DocumentRequest | None) -> bool:
    """Whether the request asked for the agent's authority: under ground 3, by its name."""
    return (
        request is not None
        and request.ground == Ground.FALSE_IDENTITY
        and any(word in request.document for word in NAMED_SO)
    )


def request_initial(application: Application | None, at: datetime) -> dict[str, Any]:
    """What is asked for first where an agent's authority is missing."""
    if application is None or not lacks_authority(application):
        return {}
    return {"ground": 3, "document": AUTHORITY}


def record_why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """While somebody signs without a written authority, and nothing is decided."""
    if not lacks_authority(application):
        return Refused(
            "代理権の書面を待っている代理人はいません。", clause=CLAUSE, instead="申込の内容を確かめてください。"
        )
    if application.state in OPEN:
        return None
    return Refused(
        f"この申込は「{application.get_state_display()}」です。審査中に届いた書面としては記録できません。",
        clause=CLAUSE,
        instead="届いた書面は受信簿に登録し、申込に結び付けてください。発送した後の不承諾は、異議として見直します。",
    )


def may_come(application: Application) -> bool:
    """Whether the button to record it belongs on the page."""
    return application.state in OPEN and lacks_authority(application)


def record_authority(
    application: Application, *, by: Any, at: datetime, received_at: datetime, document: str, incoming: Incoming | None = None,
    channel: str = "", uploads: Sequence[Upload] = (),
) -> Application:  # fmt: skip
    """The authority came without being asked for by a letter. When it came is what its line of the register says."""
    if incoming is not None:
        received_at = incoming.received_at
    elif jst_day(received_at) < jst_day(application.received_at):
        raise _before_the_application(application)
    entered = receipts.enter(
        application, summary=f"{document}（代理権の書面）", by=by, at=at, received_at=received_at, line=incoming,
        channel=channel, uploads=uploads,
    )  # fmt: skip
    hold(application, document, by=by, received_at=received_at, entered=entered)
    return application


def _before_the_application(application: Application) -> Refused:
    return Refused(
        f"受領日時が、申込を受けた日（{jday_year(application.received_at)}）より前です。",
        clause=CLAUSE,
        instead="日時を確かめてください。申込の前に届いていた書面は、受信番号で示してください。",
    )


def facts_of(application: Application) -> list[dict[str, Any]]:
    """For 申込の内容: who signed, and the authority."""
    agent = of(application)
    if agent is None:
        return []
    who = fact("代理人", agent.name, sub=agent.relation)
    if agent.state == Agent.State.MISSING or agent.received_at is None:
        return [who, fact("代理権の書面", "まだありません", clause=CLAUSE)]
    came = f"{jday_year(agent.received_at)} 受領"
    line = {"url": url_of(agent.incoming)} if agent.incoming else {}
    return [who, fact("代理権の書面", agent.document, sub=came, **line)]
