"""Sites opened over several years, and none closed again."""
