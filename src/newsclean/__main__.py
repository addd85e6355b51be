"""`python -m newsclean`."""

from newsclean.cli import app

if __name__ == "__main__":
    app(prog_name="newsclean")
