"""Deploys as docs/deploy.md says, on a clean machine and in a container: `make deploy-check`."""
