"""Deputies: they approve in somebody's place on the days named, never what either of them wrote, and the database holds it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from accounts.models import Deputy
from config.desk import clock, timeline
from config.desk.pages import url_of, verb_url
from config.desk.press import permitted
from config.desk.refusal import NotPermitted, Refused
from config.desk.registry import verb
from config.desk.step import step
from contracts.decisions.models import Decision, DecisionDecider
from contracts.decisions.role_rules import LATE_ENTRY, NO_ROLE
from contracts.decisions.rules import MESSAGE, NO_DEPUTY
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")
DAYS = {"first_day": "2026-11-03", "last_day": "2026-11-05", "reason": "休暇"}
BEGINS, LAST, OVER = at("2026-11-03T00:00"), at("2026-11-05T23:59:59"), at("2026-11-06T00:00")
MINUTE = timedelta(minutes=1)


def appoint(
    world: World, *, by: str = "gen", of: str = "mio", deputy: str = "hana", when: Any = NOW, **other: Any
) -> Any:
    given = DAYS | {"for_user": world.staff[of].pk, "deputy": world.staff[deputy].pk} | other
    return world.press("accounts.appoint_deputy", None, by=by, at=when, **given)


def fresh(user: Any) -> Any:
    """As a new request has them: nothing kept."""
    return type(user)._default_manager.get(pk=user.pk)


def refused(world: World, **given: Any) -> str:
    with pytest.raises(Refused) as no:
        appoint(world, **given)
    return f"{no.value.message}{no.value.instead}"


# --- the days -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "may"), [(BEGINS - timedelta(seconds=1), False), (BEGINS, True), (LAST, True), (OVER, False)]
)
def test_from_the_first_second_of_the_first_day_to_the_last_of_the_last(world: World, moment: Any, may: bool) -> None:
    decision = world.refusal(NOW)
    appoint(world)
    assert permitted(verb("decisions.approve"), fresh(world.staff["hana"]), moment) is may
    if may:
        done = world.press("decisions.approve", decision, by="hana", at=moment)
        assert (done.approved_by, done.decided_for) == (world.staff["hana"], world.staff["mio"])
        return
    with pytest.raises(NotPermitted) as no:
        world.press("decisions.approve", decision, by="hana", at=moment)
    said = (
        "mioの代理（P-2026-000001）は、11月3日（火）からです。"
        if moment < OVER
        else "mioの代理（P-2026-000001）は、11月5日（木）で終わりました。"
    )
    assert (no.value.message, no.value.instead) == (said, "承認の担当者に依頼してください。")


def test_a_page_opened_before_the_end_and_pressed_after_it(world: World) -> None:
    decision = world.refusal(NOW)
    appoint(world)
    browser = Client()
    browser.force_login(world.staff["hana"])
    with clock.standing_at(LAST):
        page = browser.get(url_of(decision)).content.decode()
        assert "承認する</button>" in page
        assert "mioさんの代理として" in page
    with clock.standing_at(OVER):
        told = browser.post(verb_url("decisions.approve", decision), {"reason": ""}, follow=True).content.decode()
        assert "mioの代理（P-2026-000001）は、11月5日（木）で終わりました。" in told
        assert "承認する</button>" not in told
    decision.refresh_from_db()
    assert (decision.state, decision.notices.count()) == ("proposed", 0)


def test_ended_before_its_last_day(world: World) -> None:
    decision = world.refusal(NOW)
    row = appoint(world)
    end = BEGINS + timedelta(hours=9)
    world.press("accounts.end_deputy", row, by="mio", at=end, reason="早く戻った")
    with pytest.raises(NotPermitted, match="mioが11月3日（火）9:00に終わらせました"):
        world.press("decisions.approve", decision, by="hana", at=end)
    with pytest.raises(Refused, match="に終わらせました"):
        world.press("accounts.end_deputy", row, by="gen", at=end, reason="重ねて")
    world.press("decisions.approve", world.refusal(NOW), by="mio", at=end)  # whoever is stood for keeps their own power


# --- whom ---------------------------------------------------------------------------------------------------------


def test_who_appoints_whom(world: World) -> None:
    assert "自分を代理にすることはできません" in refused(world, by="mio", of="ken", deputy="mio")
    assert "自分の代理だけ" in refused(world, by="mio", of="ken", deputy="hana")
    assert "同じです" in refused(world, of="mio", deputy="mio")
    assert "hanaには、承認の役割がありません" in refused(world, of="hana", deputy="ken")
    assert "akiは、代理にできません" in refused(world, deputy="aki")
    assert "genは、代理にできません" in refused(world, by="mio", deputy="gen")
    assert "過ぎた日です" in refused(world, first_day="2026-11-01")
    assert "末日が初日より前" in refused(world, last_day="2026-11-02")
    assert "1年を超えて" in refused(world, last_day="2027-11-04")
    assert appoint(world, by="mio").facts()["for_user"] == "mio"
    assert "すでにmioの代理です（P-2026-000001）" in refused(world, first_day="2026-11-05", last_day="2026-11-09")
    for nobody in ("rin", "hana", "aki"):
        with pytest.raises(NotPermitted):
            appoint(world, by=nobody, deputy="rin")


def test_no_chains(world: World) -> None:
    appoint(world)
    assert "hanaには、承認の役割がありません" in refused(world, of="hana", deputy="rin", by="gen")
    with step("test.chain", at=NOW):  # as if it had been written past the verb
        Deputy.objects.create(number="P-2026-000009", for_user=world.staff["hana"], deputy=world.staff["rin"], first_day="2026-11-03",
                              last_day="2026-11-05", reason="連鎖", entered_by=world.staff["gen"], entered_at=NOW)  # fmt: skip
    assert not permitted(verb("decisions.approve"), fresh(world.staff["rin"]), BEGINS)


@pytest.mark.parametrize("lost", ["left", "role"])
def test_who_is_stood_for_has_left_or_lost_the_role(world: World, lost: str) -> None:
    decision = world.refusal(NOW)
    appoint(world)
    with step("test.lost", at=NOW):
        if lost == "left":
            world.staff["mio"].is_active = False
            world.staff["mio"].save()
        else:
            world.staff["mio"].groups.clear()
    with pytest.raises(NotPermitted, match="mioは、在籍していないか、承認の役割を失いました"):
        world.press("decisions.approve", decision, by="hana", at=BEGINS)


def test_a_deputy_holds_the_decisions_and_nothing_else(world: World) -> None:
    appoint(world, of="ken", deputy="rin")
    mine = fresh(world.staff["rin"])
    assert permitted(verb("decisions.send_back"), mine, BEGINS)
    assert permitted(verb("decisions.rule_objection"), mine, BEGINS)
    assert not permitted(verb("violations.open"), mine, BEGINS)  # ken holds 契約 too
    assert not permitted(verb("accounts.appoint_deputy"), mine, BEGINS)


# --- four eyes ----------------------------------------------------------------------------------------------------


def test_neither_what_the_deputy_nor_what_the_other_wrote(world: World) -> None:
    mine, others = world.refusal(NOW), world.termination(at("2026-10-01T10:00"), by="ken")
    appoint(world, of="ken", deputy="rin")
    with pytest.raises(Refused, match="起案した人と内容を変えた人は、承認できません"):
        world.press("decisions.approve", mine, by="rin", at=BEGINS)
    with pytest.raises(Refused) as no:
        world.press("decisions.approve", others, by="rin", at=BEGINS)
    assert (no.value.message, no.value.clause) == (
        "kenが起案したか内容を変えた決裁なので、その代理では承認できません。",
        "23(1)",
    )
    appoint(world, of="mio", deputy="rin")  # whoever stands in for two takes the place of the other
    assert world.do("decisions.approve", others, by="rin", at=BEGINS).decided_for == world.staff["mio"]


def test_nobody_sends_back_what_they_wrote_and_so_takes_an_approver_out(world: World) -> None:
    decision = world.refusal(NOW)  # of rin
    appoint(world, of="mio", deputy="rin")
    with pytest.raises(Refused, match="自分が起案したか内容を変えた決裁は、差し戻せません") as no:
        world.press("decisions.send_back", decision, by="rin", at=BEGINS, reason="直す")
    assert [lead.verb for lead in no.value.leads] == ["decisions.withdraw"]
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(BEGINS):
        assert "差し戻す</button>" not in browser.get(url_of(decision)).content.decode()
    others = world.termination(at("2026-10-01T10:00"), by="ken")
    appoint(world, of="ken", deputy="hana")
    for by, why in (("ken", "自分が起案したか"), ("hana", "kenが起案したか.*その代理では差し戻せません")):
        with pytest.raises(Refused, match=why):
            world.press("decisions.send_back", others, by=by, at=BEGINS, reason="直す")
    assert not DecisionDecider.objects.exists()


APPROVE = "UPDATE decisions_decision SET state = 'approved', approved_at = %s, approved_by_id = %s, decided_for_id = %s WHERE id = %s"


def test_the_database_holds_it_whatever_writes(world: World) -> None:
    decision = world.termination(at("2026-10-01T10:00"), by="ken")
    staff = {name: user.pk for name, user in world.staff.items()}
    for of, deputy in (("ken", "rin"), ("mio", "rin")):
        appoint(world, of=of, deputy=deputy)
    cases = [
        (BEGINS, "rin", "ken", "decision_decided_for|" + MESSAGE), (BEGINS, "hana", "mio", f"{MESSAGE}|{NO_DEPUTY}"),
        (OVER, "rin", "mio", NO_DEPUTY), (BEGINS - MINUTE, "rin", "mio", NO_DEPUTY), (BEGINS, "rin", "hana", f"{MESSAGE}|{NO_DEPUTY}|{NO_ROLE}"),
    ]  # fmt: skip
    for moment, by, place, why in cases:
        with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(APPROVE, [moment, staff[by], staff[place], decision.pk])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(APPROVE, [BEGINS, staff["rin"], staff["mio"], decision.pk])


def written_by(world: World, by: str, place: str | None, moment: Any, decision: Decision) -> None:
    """The approval, past every verb."""
    ids = {name: user.pk for name, user in world.staff.items()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(APPROVE, [moment, ids[by], ids[place] if place else None, decision.pk])


def test_the_database_knows_who_may_approve_at_all(world: World) -> None:
    decision = world.refusal(NOW)
    for nobody in ("gen", "aki", "hana"):
        with pytest.raises(DatabaseError, match=NO_ROLE):
            written_by(world, nobody, None, BEGINS, decision)
    appoint(world, when=BEGINS + MINUTE)
    with pytest.raises(DatabaseError, match=NO_DEPUTY):  # before the appointment was entered
        written_by(world, "hana", "mio", BEGINS, decision)
    with pytest.raises(DatabaseError, match=LATE_ENTRY), step("test.late", at=OVER), transaction.atomic():
        Deputy.objects.create(number="P-2026-000009", for_user=world.staff["ken"], deputy=world.staff["hana"], first_day="2026-11-03",
                              last_day="2026-11-05", reason="後から", entered_by=world.staff["gen"], entered_at=OVER)  # fmt: skip
    for lost in ("mio", "hana"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET is_active = (name <> %s)", [lost])
        with pytest.raises(DatabaseError, match=NO_ROLE):
            written_by(world, "hana", "mio", BEGINS + MINUTE, decision)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET is_active = (1 = 1)")
    written_by(world, "hana", "mio", BEGINS + MINUTE, decision)
    with connection.cursor() as cursor:  # who leaves afterwards has approved all the same
        cursor.execute("UPDATE accounts_user SET is_active = (name <> 'mio')")
        cursor.execute("UPDATE decisions_decision SET closed_reason = 'x' WHERE id = %s", [decision.pk])


def test_who_is_stood_for_does_not_become_an_editor_of_what_was_approved(world: World) -> None:
    decision = world.refusal(NOW)
    appoint(world)
    world.press("decisions.approve", decision, by="hana", at=BEGINS)
    with pytest.raises(DatabaseError, match=MESSAGE), step("test.editor", at=BEGINS), transaction.atomic():
        decision.editors.create(user=world.staff["mio"])


@pytest.mark.parametrize(
    "change",
    ["UPDATE accounts_deputy SET last_day = '2027-01-01'", "UPDATE accounts_deputy SET deputy_id = entered_by_id", "DELETE FROM accounts_deputy"],
)  # fmt: skip
def test_an_appointment_is_never_rewritten(world: World, change: str) -> None:
    appoint(world)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


# --- what is seen -------------------------------------------------------------------------------------------------


def test_the_history_and_the_page_say_in_whose_place(world: World) -> None:
    decision = world.refusal(NOW)
    appoint(world)
    returned = world.press("decisions.send_back", decision, by="hana", at=BEGINS, reason="番号も")
    assert returned.decided_for == world.staff["mio"]
    world.press("decisions.edit", decision, by="rin", at=BEGINS + MINUTE, reason="書いた")
    done = world.do("decisions.approve", decision, by="hana", at=BEGINS + 2 * MINUTE)
    details = [d for entry in timeline.entries([done]) for d in entry["details"] if "代理（mioさんの代理）" in d]
    assert [d.partition("：")[2].partition("　")[0] for d in details] == ["承認済", "差戻し"]
    browser = Client()
    browser.force_login(world.staff["aki"])
    with clock.standing_at(BEGINS + 3 * MINUTE):
        assert "hana　代理（mioさんの代理）" in browser.get(url_of(done)).content.decode()
        assert "代理（mioさんの代理）" in browser.get("/admin/decisions/decision/").content.decode()


def test_the_home_page_shows_a_deputy_what_waits_and_nobody_after(world: World) -> None:
    decision = world.refusal(NOW)
    row = appoint(world)
    browser = Client()
    browser.force_login(world.staff["hana"])
    shown = {}
    for moment in (NOW, BEGINS, OVER):
        with clock.standing_at(moment):
            shown[moment] = browser.get("/admin/").content.decode()
    assert [decision.number in page and "内容を見て承認" in page for page in shown.values()] == [False, True, False]
    assert ["代理：mio（11月5日（木）まで）" in page for page in shown.values()] == [False, True, False]
    browser.force_login(world.staff["mio"])
    with clock.standing_at(BEGINS):
        assert "あなたの代理：hana（11月5日（木）まで）" in browser.get("/admin/").content.decode()
        assert "代理でできること" in browser.get(url_of(row)).content.decode()
        assert "hana（mioの代理）" in browser.get("/admin/accounts/deputy/").content.decode()


def test_a_deputy_is_told_by_e_mail_on_their_days_only(world: World) -> None:
    appoint(world)
    appoint(world, of="ken", deputy="rin")

    def who() -> list[str]:
        return sorted(m.to[0].partition("@")[0] for m in mail.outbox if "承認・判断を待つもの" in m.subject)

    world.refusal(NOW)
    assert who() == ["ken", "mio"]
    mail.outbox.clear()
    world.refusal(BEGINS)  # of rin's own making: rin is not told as ken's deputy
    assert who() == ["hana", "hana", "ken", "mio"]  # hana also of the one that waited already
    mail.outbox.clear()
    world.refusal(OVER)
    assert who() == ["ken", "mio"]


# --- objections ---------------------------------------------------------------------------------------------------


def test_who_decided_as_a_deputy_and_in_whose_place_rules_on_no_objection(world: World) -> None:
    decision = world.refusal(NOW)
    appoint(world)
    appoint(world, of="ken", deputy="hana")
    application = world.do("decisions.approve", decision, by="hana", at=BEGINS).subject
    assert set(DecisionDecider.objects.values_list("user__name", flat=True)) == {"hana", "mio"}
    objection = world.press(
        "applications.record_objection", application, by="rin", at=BEGINS, received_at=BEGINS, summary="別人"
    )
    ruling = {"outcome": "rejected", "reason": "記録のとおり", "channels": ["email"]}
    for barred in ("hana", "mio"):
        with pytest.raises(Refused, match="先に判断した人"):
            world.press("decisions.rule_objection", objection, by=barred, at=BEGINS, **ruling)
    appoint(world, of="mio", deputy="rin", when=BEGINS, first_day="2026-11-03")
    with pytest.raises(Refused, match="先に判断した人"):  # rin entered it
        world.press("decisions.rule_objection", objection, by="rin", at=BEGINS, **ruling)
    ruled = world.press("decisions.rule_objection", objection, by="ken", at=BEGINS, **ruling)
    assert (ruled.state, ruled.ruled_for) == ("rejected", None)


def test_a_deputy_rules_only_in_the_place_of_who_did_not_decide(world: World) -> None:
    application = world.do("decisions.approve", world.refusal(NOW), by="mio", at=NOW).subject
    objection = world.press(
        "applications.record_objection", application, by="rin", at=NOW, received_at=NOW, summary="別人"
    )
    ruling = {"outcome": "rejected", "reason": "記録のとおり", "channels": ["email"]}
    appoint(world)
    with pytest.raises(Refused, match="mioは、この件で先に判断したか、異議を登録したので、その代理では判断できません"):
        world.press("decisions.rule_objection", objection, by="hana", at=BEGINS, **ruling)
    appoint(world, of="ken", deputy="hana")
    ruled = world.press("decisions.rule_objection", objection, by="hana", at=BEGINS, **ruling)
    assert (ruled.ruled_by.name, ruled.ruled_for.name) == ("hana", "ken")
    assert Decision.objects.get().decided_for is None


def test_the_page_offers_who_can_be_it_and_tells_all_faults_at_once(world: World) -> None:
    browser = Client()
    browser.force_login(world.staff["gen"])
    address = verb_url("accounts.appoint_deputy")
    with clock.standing_at(NOW):
        html = browser.get(address).content.decode()
        mio = world.staff["mio"].pk
        wrong = {"for_user": mio, "deputy": mio, "first_day": "2026-10-30", "last_day": "2026-10-29", "reason": "休暇"}
        told = browser.post(address, wrong).content.decode()
    absent, deputy = (html.partition(f'name="{name}"')[2].partition("</select>")[0] for name in ("for_user", "deputy"))
    assert ("mio（" in absent, "rin（" in absent, "aki（" in absent) == (True, False, False)
    assert ("mio（" in deputy, "rin（" in deputy, "aki（" in deputy, "gen（" in deputy) == (True, True, False, False)
    for fault in ("同じです", "末日が初日より前です"):
        assert fault in told
