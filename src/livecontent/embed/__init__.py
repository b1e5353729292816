"""What is pasted elsewhere to show a picture."""
