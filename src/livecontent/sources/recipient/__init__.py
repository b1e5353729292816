"""What is known of recipients: files in, profiles kept, one profile out for each opening."""
