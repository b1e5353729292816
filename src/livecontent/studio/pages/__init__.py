"""What the pages say; the templates are beside."""
