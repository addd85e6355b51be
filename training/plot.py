"""The plot of page probability against word F1 that stands in docs/model.md."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray


def draw(right: NDArray[Any], f1: NDArray[Any], path: Path) -> None:
    """
    Draw each page as a point, and the means of each tenth of the pages, into the picture *path*.

    Args:
        right: page probability, by models that had not seen the site, shape (pages,).
        f1: word F1 of the body, shape (pages,).
        path: where the picture is written; its suffix says in which format.
    """
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.add_subplot(xlabel="page probability", ylabel="word F1")
    axes.scatter(right, f1, s=6, alpha=0.4, linewidths=0, label="a page")
    tenths = np.array_split(np.argsort(right, kind="stable"), 10)
    means = np.array([[right[tenth].mean(), f1[tenth].mean()] for tenth in tenths])
    axes.plot(*means.T, "o-", color="tab:red", label="mean of a tenth of the pages")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=100)
