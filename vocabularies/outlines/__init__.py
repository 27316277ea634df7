"""How countries lie: their outlines, simplified, and of which countries continents are made."""
