"""What would help a township that falls short, or a question without an answer."""
