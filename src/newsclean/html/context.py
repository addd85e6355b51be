"""
What a pass thinks of a page's blocks, put in context: round each block for the next pass, and over the page as a whole.

`in_context` adds what the first pass thought of the blocks around; `summarise` describes the page.
"""

from collections.abc import Sequence

import numpy as np

from newsclean.html.columns import Array, Columns, averaged, moved
from newsclean.html.features import MEANS, MEANS_IN, Measured
from newsclean.html.tree import LEVELS, RINGS
from newsclean.html.words import KINDS

__all__ = ["in_context", "summarise"]


def in_context(page: Measured, probability: Array, kinds: Sequence[float]) -> Columns:
    """
    Return what a pass's *probability* says of each block's surroundings, by name.

    The columns come after those of `page.columns` in the second pass's matrix.

    Args:
        page: the page.
        probability: how likely each block belongs to the body, shape (blocks,).
        kinds: how likely the page is of each of KINDS.
    """
    p = np.asarray(probability, np.float64)
    n = len(p)
    mass = page.mass + 1.0
    weighted = p * mass
    total = max(float(weighted.sum()), 1.0)
    columns: Columns = {"p": p}
    columns |= moved(columns, ("p",), (-4, -3, -2, -1, 1, 2, 3, 4))
    widths = (2, 5, 12)
    for width, means in zip(widths, averaged(np.stack([p, weighted, mass]), *widths), strict=True):
        columns |= {f"p~{width}": means[0], f"pm~{width}": means[1] / means[2]}
    running = np.cumsum(weighted)
    columns |= {"p_before": (running - weighted) / total, "p_after": (total - running) / total}
    held, sums, masses, weights = page.tree.sums(np.stack([np.ones(n), p, mass, weighted]))
    at = page.rings
    for name, values in (
        ("p", sums[at] / np.maximum(held[at], 1.0)),
        ("pm", weights[at] / np.maximum(masses[at], 1.0)),
        ("p_held", weights[at] / total),
    ):
        columns |= zip((f"{name}@{ring}" for ring in range(RINGS)), values, strict=True)
    # How much of all the text thought to be the body stands with the block in one container, from the inside out.
    share = (weights / total)[page.tree.ancestors]
    for part in (0.3, 0.6, 0.9):
        enough = share >= part
        columns[f"reach{part}"] = np.where(enough.any(axis=1), enough.argmax(axis=1), LEVELS)
    best = _best(masses, weights)
    columns["in_best"] = (page.tree.ancestors == best).any(axis=1)
    run = _main_run(p, weighted)
    start, end, _ = run
    index = np.arange(n)
    columns["to_run"] = np.where(index < start, index - start, np.where(index >= end, index - end + 1, 0))
    _sections(page, p, weighted, mass, columns)
    columns |= {name: np.full(n, value) for name, value in _overall(p, mass, masses, weights, run).items()}
    columns |= {f"kind_{kind}": np.full(n, value) for kind, value in zip(KINDS, kinds, strict=True)}
    return columns


def _best(masses: Array, weights: Array) -> int:
    """Return the container that gathers most text thought to be the body for least other text."""
    return int(np.argmax((weights - 0.5 * masses)[:-1])) if len(masses) > 1 else -1


def _overall(p: Array, mass: Array, masses: Array, weights: Array, run: tuple[int, int, int]) -> dict[str, float]:
    """Return what is thought of the page as a whole, by name; *masses* and *weights* are sums by container."""
    weighted = p * mass
    total = max(float(weighted.sum()), 1.0)
    best = _best(masses, weights)
    start, end, runs = run
    return {
        "best_held": float(weights[best]) / total,
        "best_mean": float(weights[best]) / max(float(masses[best]), 1.0),
        "page_p": total / float(mass.sum()),
        "page_p_mass": total,
        "page_p_max": float(p.max()),
        "page_p_long": float(weighted.max()),
        "page_sure": float((np.abs(p - 0.5) * weighted).sum()) / total,
        "run_share": float(weighted[start:end].sum()) / total,
        "run_length": float(end - start),
        "runs": float(runs),
    }


def _main_run(p: Array, weighted: Array) -> tuple[int, int, int]:
    """Return start and end of the heaviest stretch of likely blocks, and the number of stretches."""
    likely = averaged(p[None], 1)[0][0] > 0.5
    edges = np.flatnonzero(np.diff(np.concatenate(([False], likely, [False])).astype(np.int8)))
    if not len(edges):
        return 0, 0, 0
    starts, ends = edges[::2], edges[1::2]
    running = np.concatenate(([0.0], np.cumsum(weighted)))
    main = int(np.argmax(running[ends] - running[starts]))
    return int(starts[main]), int(ends[main]), len(starts)


def _sections(page: Measured, p: Array, weighted: Array, mass: Array, columns: Columns) -> None:
    """Add what is thought of the blocks in the same markup and of those under the same heading."""
    heading = page.columns["heading"]
    for name, group in (("same", page.signature), ("section", np.cumsum(heading))):
        count, group_mass = np.bincount(group), np.bincount(group, weights=mass)
        columns[f"p_{name}"] = (np.bincount(group, weights=p) / np.maximum(count, 1))[group]
        columns[f"pm_{name}"] = (np.bincount(group, weights=weighted) / np.maximum(group_mass, 1.0))[group]
        columns[f"mass_{name}"] = group_mass[group]
    last = np.maximum.accumulate(np.where(heading, np.arange(len(p)), -1))
    columns["p_heading"] = np.where(last >= 0, p[last], -1.0)


def summarise(page: Measured, probability: Array) -> dict[str, float]:
    """
    Return a description of the page as a whole, by name.

    Args:
        page: the page.
        probability: how likely each block belongs to the body, shape (blocks,).
    """
    p = np.asarray(probability, np.float64)
    mass = page.mass + 1.0
    weighted = p * mass
    total = max(float(weighted.sum()), 1e-3)
    masses, weights = page.tree.sums(np.stack([mass, weighted]))
    out = _overall(p, mass, masses, weights, _main_run(p, weighted))
    doubt = np.minimum(p, 1 - p) * mass
    likely = p > 0.5
    out["doubt"] = float(doubt.sum()) / total
    out["doubt_most"] = float(doubt.max()) / total
    out["doubt_in"] = float(doubt[likely].sum()) / total
    out["blocks_in"] = float(likely.sum())
    out["mass_in"] = float(mass[likely].sum())
    out["long_out"] = float((mass * ~likely * page.columns["full"]).sum()) / total
    out["headline"] = float(page.columns["headline_like"].max())
    out["declared_in"] = float((page.columns["in_declared"] * weighted).sum()) / total
    out |= page.whole
    means = page.means @ weighted / max(float(weighted.sum()), 1e-3)
    out |= zip((f"{name}_in" for name in (*MEANS, *MEANS_IN)), means.tolist(), strict=True)
    return out | page.spoken
