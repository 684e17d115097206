"""What does a file say, and where does it stand in it? PDF, Word files and web pages become lines and exhibits."""
