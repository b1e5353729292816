"""Painting with Pillow: text, shapes, images, and the boxes they cover."""
