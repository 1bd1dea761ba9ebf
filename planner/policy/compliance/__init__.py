"""The compliance sheet (达标校核单): every rule held against every township, with evidence."""
