"""Flow layout: rows, columns and grids of boxes, as a browser's flexbox and grid place them. It knows no layers."""
