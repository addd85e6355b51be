"""
Rebuild the models of the package: `python -m training BENCH_FOLDER`, or one engine's with `--only html`, `--only text`.

The options of one engine are those of `python -m training.train_html` and `python -m training.text`. `--only headline`
prints the weights of `labels/title.py`, learned from dumps and the models that there are.
"""

import argparse
import sys

from training import headline, text, train_html


def main() -> None:
    """Read the command line and train what it names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", help="folder with wcxb-dev and fundus-dev")
    parser.add_argument("--only", choices=["html", "text", "headline"], help="what is rebuilt")
    options, others = parser.parse_known_args()
    sys.argv[1:] = [options.bench, *others]
    if options.only == "headline":
        headline.main()
        return
    if options.only != "text":
        train_html.main()
    if options.only != "html":
        text.main()


if __name__ == "__main__":
    main()
