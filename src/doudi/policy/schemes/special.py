"""Special assistance: what other departments owe to people in hardship, as one yes or no per kind."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, PERSON, Node
from doudi.policy.engine.units import BOOLEAN
from doudi.policy.law import G39, LAW26, SEED


@rule(PERSON, "属于低收入人口", BOOLEAN, internal=True)
def in_hardship(
    tekun_eligible: Node, counted: Node, dibao_eligible: Node, near_threshold: Node, rigid_expenditure: Node
) -> Node:
    """Entitled to tekun support, or counted in a household of one of the three categories of assistance."""
    return tekun_eligible | (counted & (dibao_eligible | near_threshold | rigid_expenditure))


@rule(PERSON, "转介医疗救助", BOOLEAN, G39.article("四"), SEED.article("二(五)"), LAW26.article(24))
def refer_medical(in_hardship: Node, severe_illness: Node, medical_self_paid_fen: Node) -> Node:
    """Severely ill, or with medical costs of one's own."""
    return in_hardship & (severe_illness | (medical_self_paid_fen > 0))


@rule(PERSON, "转介教育救助", BOOLEAN, G39.article("四"), SEED.article("二(五)"), LAW26.article(25))
def refer_education(in_hardship: Node, study_stage: Node) -> Node:
    """At any school."""
    return in_hardship & (study_stage != "none")


@rule(PERSON, "转介就业救助", BOOLEAN, G39.article("四"), SEED.article("二(五)"), LAW26.article(27))
def refer_employment(in_hardship: Node, age: Node, labour_capacity: Node, employed: Node) -> Node:
    """Of working age, able to work at least partly, and without work."""
    return in_hardship & (age >= 16) & (age < 60) & labour_capacity.among("full", "partial") & ~employed


@rule(PERSON, "转介住房救助", BOOLEAN, G39.article("四"), SEED.article("二(五)"), LAW26.article(26))
def refer_housing(in_hardship: Node, dwelling_unsafe: Node) -> Node:
    """Lives in an unsafe dwelling."""
    return in_hardship & dwelling_unsafe


@rule(HOUSEHOLD, "转介受灾人员救助", BOOLEAN, LAW26.article(28))
def refer_disaster(disaster_event: Node) -> Node:
    """Struck by a disaster, whatever the category."""
    return disaster_event


@rule(HOUSEHOLD, "转介临时救助", BOOLEAN, LAW26.article(29))
def refer_temporary(emergency_event: Node) -> Node:
    """In an emergency, whatever the category."""
    return emergency_event
