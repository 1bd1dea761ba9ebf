"""Steps from one schema of the store to the next; nothing released is ever changed."""
