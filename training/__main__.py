"""
Rebuild every model of the package: `python -m training BENCH_FOLDER`.

The HTML engine alone is `python -m training.train_html BENCH_FOLDER`, the text engine `python -m training.text`.
"""

from training import text, train_html

train_html.main()
text.main()
