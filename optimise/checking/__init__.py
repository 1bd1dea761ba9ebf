"""The second opinion: every claim of a solution counted again."""
