"""Scripts (话术): folders, search, rendering for one customer, packs in and out."""
