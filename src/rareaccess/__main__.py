"""`python -m rareaccess`: the command line, where its script is not on the PATH."""

from rareaccess.cli import main

if __name__ == "__main__":
    main()
