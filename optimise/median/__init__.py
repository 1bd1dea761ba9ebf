"""p-median questions, plain and fair."""
