"""決裁: propose, approve by another person, carry out."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """The engine of decisions."""

    name = "contracts.decisions"
    label = "decisions"
    verbose_name = "決裁"

    def ready(self) -> None:
        """Register verbs, triggers, facts and the home section."""
        from config.desk import facts, goon, kinds_index, nav, triggers
        from contracts.decisions import (
            batch,
            engine,
            health,
            home,
            objection_screens,
            objection_verbs,
            objections,
            role_rules,
            rules,
            telling,
            under_clause,
            verbs,
        )

        verbs.register_all()
        objection_verbs.register_all()
        home.register_all()
        under_clause.register_all()
        objection_screens.register_all()
        triggers.house_rule(rules.four_eyes_triggers)
        triggers.house_rule(role_rules.role_triggers)
        triggers.append_only("decisions.DecisionEditor")
        triggers.append_only("decisions.DecisionDecider")
        triggers.append_only("decisions.ObjectionDecider")
        health.register_all()
        facts.provide(engine.resolve, engine.dump)
        facts.provide(objections.resolve, objections.dump)
        kinds_index.register(
            kinds_index.Engine(name="決裁", kinds=engine.kinds, known=engine.known_keys, used=engine.used_keys)
        )
        kinds_index.register(
            kinds_index.Engine(
                name="異議", kinds=objections.kinds, known=objections.known_keys, used=objections.used_keys
            )
        )
        nav.register(telling.LIST)
        goon.leads_on(batch.onward)
