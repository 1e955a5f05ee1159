"""決裁: propose, approve by another person, carry out."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """The engine of decisions."""

    name = "contracts.decisions"
    label = "decisions"
    verbose_name = "決裁"

    def ready(self) -> None:
        """Register verbs, triggers, facts and the home section."""
        from config.desk import facts, kinds_index, triggers
        from contracts.decisions import engine, home, rules, verbs

        verbs.register_all()
        home.register_all()
        triggers.house_rule(rules.four_eyes_triggers)
        triggers.append_only("decisions.DecisionEditor")
        facts.provide(engine.resolve, engine.dump)
        kinds_index.register(
            kinds_index.Engine(name="決裁", kinds=engine.kinds, known=engine.known_keys, used=engine.used_keys)
        )
