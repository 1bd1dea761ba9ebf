"""Three tiers (投放点—回收站—分拣中心) with their flows of tonnes."""
