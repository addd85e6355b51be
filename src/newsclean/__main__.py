"""`python -m newsclean`."""

from newsclean.command.app import app

if __name__ == "__main__":
    app(prog_name="newsclean")
