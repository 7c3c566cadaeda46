"""Protected views: their definitions, and the statements that write through them."""
