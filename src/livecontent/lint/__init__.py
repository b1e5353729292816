"""All that `livecontent check` says; runs when a creative is published, never at an open."""
