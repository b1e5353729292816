"""The reference creatives."""
