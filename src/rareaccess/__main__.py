"""`python -m rareaccess`: the command line, for when its script is not on the PATH."""

from rareaccess.cli import main

if __name__ == "__main__":
    main()
