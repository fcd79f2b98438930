"""A small CLIP learns from nothing, live: which text belongs to which picture?"""
