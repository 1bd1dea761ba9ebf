"""Two networks in one (两网融合): points at places of the waste service and of trade."""
