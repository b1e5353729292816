"""From scene to bytes: only what changed is painted and encoded."""
