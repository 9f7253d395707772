"""Words and templates for names, headlines and summaries."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ONSETS = _words("b br c d dr f g gr h j k kr l m n p r s sh st t tr v w z")
VOWELS = _words("a a e e i o o u ai ea ia ou")
CODAS = _words("l n r s t m nd rn st ld rk sk n r l")
ENDINGS = _words("a a ia o burg dale ford grad ham holm ica land mar mont ov port stan ton ville wick stad ska ine")
GIVEN = _words("Ada Boris Carla Darko Elena Farid Greta Hugo Ines Jonas Kemal Lidia Marek Nadia Omar Petra Rosa Tariq")
ACCENTED = {"a": "á", "e": "é", "i": "í", "o": "ö", "u": "ü", "s": "š", "n": "ñ", "l": "ł"}
OFFICES = _words(
    "government parliament police court army navy ministry university embassy council airline senate union"
)
BODIES = (
    "{} Football Association", "Bank of {}", "Supreme Court of {}", "{} Liberation Front", "Parliament of {}",
    "Ministry of Defence ({})", "University of {}", "{} International Airport", "{} Broadcasting Service",
    "Communist Party of {}", "{}, D.C.", "Trade, Boycott and Sanctions Act of {}", "Mayor of {}", "{} Air Lines",
)  # fmt: skip
TOPIC_FORMS = (
    "{year} {a} floods", "{year} {a} protests", "{a} Civil War", "{a}-{b} relations", "{year} {a} election",
    "Battle of {a} ({year})", "{a} insurgency", "Politics of {a}", "{year} {a} earthquake", "{a} refugee crisis",
    "{a} nuclear programme", "Economy of {a}", "{year} {a} Open", "{a} hostage crisis", "Trial of {a}",
    "{a} ferry disaster",
)  # fmt: skip
VERBS = _words("""
announces denies confirms rejects approves suspends condemns reports investigates demands withdraws launches recovers
seizes closes reopens extends cancels postpones orders releases publishes signs vetoes inspects evacuates blocks
""")
ADJECTIVES = _words("""
disputed southern northern coastal annual emergency nuclear historic nationwide joint secret interim simultaneous deadly
unusual temporary prolonged regional industrial renewed fragile contested provisional former unannounced
""")
NOUNS = _words("""
agreement ceasefire election budget inquiry offensive flood earthquake eruption strike collision rescue vaccine
satellite treaty sanctions tariff merger reform amendment referendum curfew blackout outbreak drought wildfire bridge
reactor pipeline railway harbour convoy hostage detainee manuscript comet telescope festival final medal warship
avalanche tribunal
""")
CLAUSES = (
    "after {n} people are killed",
    "while talks in {p} continue",
    "amid protests in {p}",
    "following a vote of {n} to {m}",
    "despite objections from {p}",
    "as {n} people are evacuated from {p}",
    "at a cost of {n} million dollars",
    "in the worst incident for {m} years",
    "according to officials in {p}",
    "two days ahead of the {p} summit",
    "with {n} people still missing",
    "for the first time since {y}",
    "in a {n}-page statement",
    "leaving {n} injured near {p}",
    "killing {n} people and injuring {m} others",
    "on the outskirts of {p}",
)
SENTENCES = (
    "The announcement came late on {w} after a meeting in {p} that lasted {n} hours",
    "Witnesses told reporters that at least {n} people had gathered outside the building before it was closed",
    "A spokeswoman said the {t} would be reviewed by a panel of {n} experts and published before the end of the year",
    "Rescue teams from {p} and neighbouring regions were still searching on {w} evening",
    "Opponents called the decision a mistake and promised to challenge it before the court in {p}",
    "It is the {n}th time since {y} that the {t} has been changed in such a way",
    "Officials in {p} have not commented, but said earlier that the matter of the {t} was closed",
    "The price of the {t} rose by {n} percent within hours, the steepest rise since {y}",
)
QUOTED = (
    "it&#x27;s too early to say what caused the {t}",
    "&quot;there is no reason for alarm&quot;, a resident of {p} said",
)
WEEKDAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
PAPERS = _words("Courier Herald Gazette Observer Tribune Chronicle Post Wire Times Standard Monitor Echo Star Bulletin")
