"""From results to what people and programs read: reports, their forms, wording and suggestions."""
