"""``python -m layerwarp``: the command, the one thing in this folder that knows of the app."""

from layerwarp.app.__main__ import main

if __name__ == "__main__":
    main()
