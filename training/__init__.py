"""Rebuild the models from a folder of annotated pages: `python -m training BENCH_FOLDER`."""
