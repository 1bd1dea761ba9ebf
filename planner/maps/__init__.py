"""Plans on Folium maps: pages of their own, and the app's map that changes in place."""
