"""What is looked at before something is published: both sides, approvals, links for those who look."""
