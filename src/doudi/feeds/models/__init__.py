"""What arrived, what was understood of it, what it last said, and who decided about doubtful rows."""

from .batches import LIVE, MOVES, Batch, BatchFile, ChangedHousehold, State, Way, into
from .keys import FeedCall, FeedKey
from .matching import Decision, DoubtfulPair
from .standing import RememberedMapping, SourceStanding

__all__ = [
    "LIVE",
    "MOVES",
    "Batch",
    "BatchFile",
    "ChangedHousehold",
    "Decision",
    "DoubtfulPair",
    "FeedCall",
    "FeedKey",
    "RememberedMapping",
    "SourceStanding",
    "State",
    "Way",
    "into",
]
