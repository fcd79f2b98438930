"""One module an explorer, over what all explorers share."""
