"""From statements to what people read: texts, labels, order, marks, citations."""
