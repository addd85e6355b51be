"""Trained trees to the arrays of `newsclean.model`: CatBoost's to `Forest`, LightGBM's to `Branched`."""

import json
import tempfile
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from catboost import CatBoost, CatBoostClassifier
from numpy.typing import NDArray

SCALE = 1e-6


Forest = CatBoostClassifier | lightgbm.Booster
"""Trees that tell how likely a row is one of two kinds: oblivious or branched."""


def save(model: CatBoost, columns: list[str], path: Path) -> None:
    """Write *model*, oblivious trees over float *columns*, to *path* as .npz without pickles."""
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "model.json"
        model.save_model(str(dump), format="json")
        tree_list = json.loads(dump.read_text())
    trees = tree_list["oblivious_trees"]
    depth = max(len(t["splits"]) for t in trees)
    scale, bias = tree_list["scale_and_bias"]
    outputs = len(bias)
    features = np.zeros((len(trees), depth), np.int16)
    thresholds = np.full((len(trees), depth), np.inf, np.float32)  # a level that asks nothing: never greater
    leaves = np.zeros((len(trees), 2**depth, outputs), np.int32)
    for i, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"]):
            features[i, level] = split["float_feature_index"]
            thresholds[i, level] = split["border"]
        values = np.array(tree["leaf_values"]).reshape(-1, outputs) * scale
        leaves[i, : len(values)] = np.round(values / SCALE)
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            columns=np.array(columns),
            features=features,
            thresholds=thresholds,
            leaves=leaves,
            bias=np.array(bias, np.float64),
            scale=np.float64(SCALE),
        )


def fit_branched(
    x: NDArray[np.float32], y: NDArray[np.int8], weight: NDArray[np.float32], trees: int
) -> lightgbm.Booster:
    """Return a forest of branched trees that tells from the rows *x* how likely each is *y*."""
    settings = {
        "objective": "binary",
        "num_iterations": trees,
        "num_leaves": 32,
        "learning_rate": 0.11,
        "lambda_l2": 6.0,
        "max_bin": 64,
        "feature_fraction": 0.25,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "min_data_in_leaf": 40,
        "seed": 7,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    return lightgbm.train(settings, lightgbm.Dataset(x, y, weight=weight / weight.mean()))


def chance(forest: Forest, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the probability that *forest* gives each row of *matrix*."""
    if isinstance(forest, lightgbm.Booster):
        return np.asarray(forest.predict(matrix, num_threads=1))
    return np.asarray(forest.predict_proba(matrix, thread_count=1))[:, 1]


def save_branched(model: lightgbm.Booster, columns: list[str], path: Path) -> None:
    """Write *model*, a forest with one output over float *columns*, to *path* as .npz without pickles."""
    trees = [tree for tree in map(_arrays, model.model_to_string().split("\nTree=")[1:]) if len(tree["split_feature"])]
    width = max(len(tree["leaf_value"]) for tree in trees)
    leaves = np.zeros((len(trees), width), np.int32)
    for row, tree in zip(leaves, trees, strict=True):
        row[: len(tree["leaf_value"])] = np.round(tree["leaf_value"] / SCALE)
    asked, sizes, ends = _by_level(trees)
    questions, places = np.unique(asked, axis=0, return_inverse=True)
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            columns=np.array(columns),
            features=questions[:, 0].astype(np.int16),
            thresholds=questions[:, 1].astype(np.float32),
            asked=places.astype(np.int16),
            sizes=np.array(sizes, np.int32),
            ends=np.array(ends, np.int32),
            leaves=leaves,
            scale=np.float64(SCALE),
        )


def _arrays(tree: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of one tree in LightGBM's text format."""
    lines = dict(line.split("=", 1) for line in tree.splitlines() if "=" in line)
    whole = {name: np.array(lines[name].split(), int) for name in ("split_feature", "left_child", "right_child")}
    return whole | {name: np.array(lines[name].split(), float) for name in ("threshold", "leaf_value")}


def _by_level(trees: list[dict[str, NDArray[Any]]]) -> tuple[list[tuple[int, float]], list[int], list[int]]:
    """
    Return what the nodes ask, how many there are at each depth, and where their two answers lead.

    Nodes stand depth by depth over all trees. The ways from a depth are first all that go right, then all that go
    left; a way leads to a leaf, counted over all trees, or (-1) to the next of the nodes one deeper.
    """
    width = max(len(tree["leaf_value"]) for tree in trees)
    asked: list[tuple[int, float]] = []
    sizes: list[int] = []
    ends: list[int] = []
    level = [(place, 0) for place in range(len(trees))]
    while level:
        sizes.append(len(level))
        asked += [(int(trees[t]["split_feature"][n]), _below(float(trees[t]["threshold"][n]))) for t, n in level]
        ways = [(t, int(trees[t][side][n])) for side in ("right_child", "left_child") for t, n in level]
        ends += [-1 if n >= 0 else t * width + ~n for t, n in ways]
        level = [(t, n) for t, n in ways if n >= 0]
    return asked, sizes, ends


def _below(threshold: float) -> float:
    """Return the greatest float32 that is no greater: what is greater than one is greater than the other."""
    near = np.float32(threshold)
    return float(near if near <= threshold else np.nextafter(near, np.float32(-np.inf)))
