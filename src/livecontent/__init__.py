"""livecontent: an image server for email. It builds each image when the email is opened."""

__version__ = "0.1.0"
