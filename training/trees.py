"""CatBoost model to the arrays of `newsclean.model.Forest`."""

import json
import tempfile
from pathlib import Path

import numpy as np
from catboost import CatBoost

SCALE = 1e-6


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
