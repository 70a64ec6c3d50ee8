"""Entry point of the packaged program."""

from desktop.__main__ import entry

if __name__ == "__main__":
    entry()
