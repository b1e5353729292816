"""`python -m livecontent` runs the program `livecontent`."""

from livecontent.cli import main

main()
