"""Tiled encoders: files joined from segments, byte for byte as if encoded in one go."""
