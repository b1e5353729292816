"""The data of the studio's pages for scripts, under /v1, and the document that describes it."""
