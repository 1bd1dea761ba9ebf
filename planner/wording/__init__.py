"""What is said, in Chinese and English: one table of each kind, and errors in both."""
