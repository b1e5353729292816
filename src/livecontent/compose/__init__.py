"""From content to scene: where words and boxes stand. Pure: no clock, network, disk or environment."""
