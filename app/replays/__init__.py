"""What another list would have made of the texts there are."""
