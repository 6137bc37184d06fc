"""Writes `model.yaml` of the linkage: how often each level agrees among true pairs and among random ones."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.linkage_pairs import Pairs
from doudi.feeds.linkage import model as linkage
from doudi.feeds.linkage.features import features
from doudi.feeds.linkage.scoring import linker

MODEL = Path(linkage.__file__).with_name("model.yaml")
RANDOM_PAIRS, SEED = 2e7, 1
FEWEST_TRUE, FEWEST_RANDOM = 2e-4, 1e-6
"""Levels hardly seen in training get these chances: an error nobody made yet will be made one day."""

HEAD = """# The numbers of the linkage model: written by `./run bench monitoring_linkage --train`, read by model.py.
# chances: how often two records of one person / of two random people agree at this level. A pair's weight in bits is
# log2(1 / population) + the sum of log2(first / second); of a name, its own commonness stands in for the second.
"""
LINES = """# Before anything is compared one pair in `population` is true; names are counted among at least so many.
population: {population}
# A pair that weighs less than `doubtful` is not shown; from `sure` on it is a link, unless somebody else among the
# registered fits the row to within `gap` bits.
doubtful: {doubtful}
sure: {sure}
gap: {gap}
"""
DRAWN = {"population": 440_000, "doubtful": 0.0, "sure": 4.0, "gap": 10.0}


def train(made: Pairs) -> None:
    """Count the levels with Splink and write the file."""
    rows, people = features(made.rows.rename({"#row": "id"})), features(made.people)
    true = made.truth.drop_nulls()
    labels = pl.DataFrame({"unique_id_l": true["#row"], "unique_id_r": true["person"].cast(pl.Int64)}).with_columns(
        source_dataset_l=pl.lit("a_rows"), source_dataset_r=pl.lit("b_people")
    )
    with linker(rows, people, None) as (database, found):
        found.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED, min_count_per_level=None)
        database.register(labels.to_arrow(), table_name="labels")
        found.training.estimate_m_from_pairwise_labels("labels")
        trained = found.misc.save_model_to_json()
    MODEL.write_text(HEAD + LINES.format(**DRAWN) + "chances:\n" + _chances(trained["comparisons"]), encoding="utf-8")


def _chances(comparisons: list[dict]) -> str:
    lines = []
    for comparison in comparisons:
        lines.append(f"  {comparison['output_column_name']}:")
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                among_true = max(level.get("m_probability") or 0, FEWEST_TRUE)
                among_random = max(level.get("u_probability") or 0, FEWEST_RANDOM)
                lines.append(f"    {level['label_for_charts']}: [{among_true:.5f}, {among_random:.7f}]")
    return "\n".join(lines) + "\n"
