"""An application typed in by staff: what the page says before it is registered, and who signs for whom."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.press import press
from config.desk.refusal import FormRefused, Refused
from contracts.applications.checks import hits
from contracts.applications.models import Agent, Application, Ground
from contracts.incoming.models import Incoming
from tests.support.applicants import corporate_number
from tests.support.world import APPLICANT, World, at

NOW = at("2026-11-24T10:00")
PAGE = verb_url("applications.receive")
MISSING = "代理権の書面がない"
AGENT = {"agent_name": "佐倉　一", "agent_relation": "総務部長"}


def asked(world: World, how: str = "fetch", **given: Any) -> str:
    """What the page answers when only the preview is asked for."""
    browser = Client(headers={"x-requested-with": how})
    browser.force_login(world.staff["rin"])
    with clock.standing_at(NOW):
        return str(
            browser.post(f"{PAGE}?preview=1", APPLICANT | {"agreed_at": "2026-11-23T10:00"} | given).content.decode()
        )


def receive(world: World, files: Any = None, **given: Any) -> Application:
    data = APPLICANT | {"email": "a@sakura.example", "agreed_at": NOW} | given
    with clock.standing_at(NOW):
        made: Any = press("applications.receive", None, by=world.staff["rin"], at=NOW, data=data, files=files)
    return Application.objects.get(pk=made.pk)


def missing(application: Application) -> bool:
    return MISSING in [hit.text for hit in hits(application)[Ground.FALSE_IDENTITY] if hit.level == "hit"]


@pytest.mark.both
def test_the_page_warns_before_anything_is_registered(world: World) -> None:
    before = receive(world, corporate_number="7000012050002").customer
    said = asked(world, corporate_number="7000012050002", email="A@sakura.example", postal_code="100-0005", address="")
    assert f"同じ利用者が、すでに登録されています：{before.number} {before.name}（法人番号が一致）" in said
    assert 'data-fill="address" data-value="東京都千代田区丸の内"' in said
    assert "法人番号の検査数字" not in said
    said = asked(
        world,
        corporate_number="7000012050003",
        email="b@sakura.example",
        postal_code="100-0005",
        address="大阪府大阪市見本町1",
    )
    assert "法人番号の検査数字が合いません" in said
    assert "郵便番号の示す町（東京都千代田区丸の内）と違います" in said
    said = asked(world, corporate_number=corporate_number(7), email="b@sakura.example")
    assert "同じ利用者" not in said  # another corporate number: another party
    said = asked(
        world,
        email="b@sakura.example",
        phone="",
        kana="",
        address="別の町1",
        postal_code="999-9999",
        agreed_version="1999-01-01",
    )
    assert f"同じ利用者かもしれません：{before.number}" in said
    assert "（名称だけが一致）" in said
    assert "日本郵便の一覧にありません" in said
    assert "規約の版「1999-01-01」は登録されていません" in said
    assert Application.objects.count() == 1


def test_without_a_script_the_town_is_filled_in_by_the_button(world: World) -> None:
    page = asked(world, how="", postal_code="100-0005", address="", preview="1")
    assert 'value="東京都千代田区丸の内"' in page
    assert page.count("<h2>申込者</h2>") == page.count("<h2>連絡先</h2>") == 1


@pytest.mark.both
def test_an_agent_without_a_written_authority_is_a_question_for_ground_3(world: World) -> None:
    application = receive(world, **AGENT)
    assert missing(application)
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(NOW):
        page = browser.get(url_of(application)).content.decode()
        request = browser.get(verb_url("applications.request_document", application)).content.decode()
    assert all(part in page for part in ("佐倉　一", "総務部長", "代理権の書面", "まだありません", MISSING))
    assert "代理権を示す書面（委任状など）" in request
    given = {"ground": "3", "document": "委任状", "channels": ["email"]}
    world.do("applications.request_document", application, by="rin", at=NOW, **given)
    world.do(
        "applications.record_document", application, by="rin", at=NOW, received_at=NOW, channel="letter", authority="on"
    )
    agent = Agent.objects.get()
    assert (agent.state, agent.document, agent.incoming) == ("held", "委任状", Incoming.objects.get())
    assert not missing(application)
    assert agent.history.first().history_verb == "applications.record_document"


@pytest.mark.both
def test_with_its_files_the_authority_is_in_the_register_and_asks_nothing(world: World) -> None:
    files = MultiValueDict({"agent_uploads": [SimpleUploadedFile("委任状.pdf", b"%PDF-1.7")]})
    application = receive(world, files, **AGENT, agent_document="委任状")
    entered = Incoming.objects.get()
    assert (entered.subject, entered.files.get().name) == (application, "委任状.pdf")
    assert not missing(application)
    other = receive(world, email="c@sakura.example", **AGENT)
    world.do(
        "applications.record_authority", other, by="rin", at=NOW, received_at=NOW, document="委任状", channel="letter"
    )
    assert not missing(other)
    assert not missing(receive(world, email="d@sakura.example"))
    with pytest.raises(FormRefused, match="代理人の氏名を入れてください"):
        receive(world, email="e@sakura.example", agent_relation="総務部長")


@pytest.mark.both
def test_nobody_holds_an_authority_of_which_nothing_lies_in_writing(world: World) -> None:
    application = receive(world, **AGENT)
    record = {"by": "rin", "at": NOW, "document": "委任状"}
    call = world.press("incoming.call_note", None, by="rin", at=NOW, summary="委任状がある由", about=application.number)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"received_at": NOW}, "受信簿にありません"),
        ({"received_at": NOW, "incoming": call.number}, "書面ではありません"),
        ({"received_at": "2020-01-01T00:00", "channel": "letter"}, "申込を受けた日"),
    ]
    for given, why in wrong:
        with pytest.raises(Refused, match=why):
            world.press("applications.record_authority", application, **record, **given)
    assert missing(application)
    letter = {"channel": "letter", "received_at": "2026-11-20T09:00", "summary": "委任状", "about": application.number}
    line = world.press("incoming.receive", None, by="rin", at=NOW, **letter)
    world.press("applications.record_authority", application, **record, received_at=NOW, incoming=line.number)
    agent = Agent.objects.get()
    assert (agent.incoming, agent.received_at) == (line, at("2026-11-20T09:00"))


@pytest.mark.both
def test_only_what_was_asked_for_as_an_authority_is_one_and_only_while_nothing_is_decided(world: World) -> None:
    application = receive(world, **AGENT)
    request = {"ground": "3", "document": "運転免許証の写し", "channels": ["email"]}
    world.do("applications.request_document", application, by="rin", at=NOW, **request)
    came = {"received_at": NOW, "channel": "letter", "authority": "on"}
    world.do("applications.record_document", application, by="rin", at=NOW, **came)
    assert missing(application)
    for ground in "12345":
        given = {"ground": ground, "finding": "applies" if ground == "3" else "clear", "reason": "代理権が示されない"}
        world.press("applications.judge_ground", application, by="rin", at=NOW, **given)
    refusal = {"grounds": ["3"], "reason": "代理権がない", "channels": ["email"]}
    decision = world.press("applications.propose_refusal", application, by="rin", at=NOW, **refusal)
    world.do("decisions.approve", decision, by="mio", at=NOW)
    with pytest.raises(Refused, match="審査中に届いた書面としては"):
        world.press("applications.record_authority", application, by="rin", at=NOW, document="委任状", received_at=NOW, channel="letter")  # fmt: skip
    assert missing(application)
