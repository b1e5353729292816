"""Text layout: line breaking, fitting, shaping direction."""
