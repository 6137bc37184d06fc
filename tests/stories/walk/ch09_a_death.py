"""A death in the crematorium's list is caught before the month's money goes out."""

from __future__ import annotations

from datetime import date

from ..deaths import cremations, the_award_ends, the_warning, verified
from ..departments import landed, previewed, sent
from .story import Story, see

DIED = date(2026, 11, 25)


def a_death_before_the_list(story: Story) -> None:
    """1 December: the file of the county's own office, the warning, the certificate, the end of the award."""
    story.turn_to("2026-12-01")
    dead, county = story["dying"], story.at("county_clerk")
    batch = sent(county, "殡葬火化", "火化登记.xlsx", cremations(dead, DIED))
    previewed(county, batch)
    landed(county, batch)
    story.ask("monitored", "watch", "changed")
    story.settle()
    task = the_warning(county, dead["name"])
    see(county, "death-warning")
    clerk = story.at("township_clerk")
    review = verified(clerk, task, dead["name"], DIED)
    reviewer = story.at("county_reviewer")
    the_award_ends(clerk, reviewer, review)
    see(reviewer, "death-decided")
    ends, because = story.one("SELECT ends_on, ended_because FROM awards_award WHERE number = %s", dead["award"])
    assert (f"{ends}", because) == ("2026-12-01", "death")
