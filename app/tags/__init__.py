"""Corp tags: the catalogue, kept both ways with WeCom, and setting them on customers."""
