"""The shop of the demo, its tills and mixers: they show what others do to send events. Nothing else has these pages."""
