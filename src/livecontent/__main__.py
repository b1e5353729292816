"""`python -m livecontent` is the program `livecontent`."""

from livecontent.cli import main

main()
