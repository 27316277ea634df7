"""Shapes on Earth, as catalogues write them: read in one pass, whoever wrote them."""
