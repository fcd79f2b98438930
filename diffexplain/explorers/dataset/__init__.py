"""The data behind text-to-image: the data sets of the field, and the filter that made the largest of them."""
